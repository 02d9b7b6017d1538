"""What the project's own correlations find in the sample: the times of the events that complete them."""

FINDINGS = {
    # S08: whoami, net group, nltest by one user.
    "discovery_in_a_row": ["2026-10-14T00:35:08Z"],
    # S07: the fortieth question of each of the three transfers.
    "dns_tunnel_sustained": ["2026-10-14T00:26:03Z", "2026-10-14T08:45:15Z", "2026-10-14T16:23:08Z"],
    # S13: the third service's ticket.
    "tickets_for_many_services": ["2026-10-14T01:20:04Z"],
    # S12, then S14.
    "dumped_then_used": ["2026-10-14T02:05:30Z"],
    # S05 and S14 on workstations; the file server in S16 is the third host.
    "loader_on_many_hosts": ["2026-10-14T04:14:10Z"],
    # S20
    "account_made_and_raised": ["2026-10-14T12:15:54Z"],
    # S27: the second archive goes up.
    "upload_adds_up": ["2026-10-14T16:55:30Z"],
    # S28: the third kind of destruction on the file server, then on the application server.
    "recovery_destroyed": ["2026-10-14T19:05:34Z", "2026-10-14T19:13:04Z"],
    "recovery_destroyed_on_hosts": ["2026-10-14T19:13:04Z"],
}
