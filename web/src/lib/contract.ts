// Made by tools/console_contract.py from the API's own document; not to be edited by hand.

export interface Schemas {
  AccountRole: { id: string; title: Schemas["Title"]; permissions: Array<string> };
  AlertExplanation: { alert: string; finding: string; event_uid: string; kind: "rule" | "correlation" | "indicator"; verdict: "holds" | "does_not_hold" | "filtered" | "other_log_source" | "too_much" | "rule_gone" | "event_gone" | "recorded"; rule_id: string; rule_changed: "no" | "yes" | "unknown"; rule_digest_then?: string; rule?: { id: string; title: string; level: string; modified: string; file: string; line: number; digest: string; set_version: number; set_since: string }; noted: Array<{ name: string; value: string }>; findings: Array<{ finding: string; event_uid: string; time: string }>; findings_omitted: number; let_in?: boolean; conditions?: Array<Schemas["ExplainedCondition"]>; selections?: Array<Schemas["ExplainedSelection"]>; indicator?: { values: Array<Schemas["ShownValue"]> }; correlation?: Schemas["ExplainedCorrelation"] };
  AttackCoverage: { rules: number; rules_tested: number; rules_without_technique: number; rules_by_coverage: { can_fire: number; fields_never_seen: number; events_never_seen: number; source_never_seen: number; unmapped: number }; seen_since: string; seen_until: string; seen_at: string; sources_seen: number; events_seen: number; tactics: Array<{ id: string; rules: number }>; techniques: Array<Schemas["AttackTechnique"]> };
  AttackTechnique: { id: string; parent: string; tactics: Array<string>; state: "tested" | "untested" | "no_source"; rules: number; tested: number; untested: number; no_source: number; rule_ids: Array<string> };
  Backup: { name: string; made_at: string; by: string; events: boolean; bytes: number; facts: number; records: number; head_hash: string; sound: boolean };
  ChangedUser: { login: string; name: string; lang: "ja" | "en"; roles: Array<string>; service: boolean; disabled: boolean; must_change_password: boolean; second_factor: boolean; break_glass?: "sealed" | "used"; created_at: string; last_sign_in?: string; password?: string };
  Due: { record: string; type: string; kind: "clock" | "review" | "retention" | "obligation"; acts: Array<string>; since: string; due_at: string; overdue: boolean; clock?: string; obligation?: string; from?: string; to?: string; title?: Schemas["Title"]; why?: Schemas["Title"]; what?: string; who?: string };
  Event: { event_uid: string; time: string; received?: string; source?: string; format?: string; host?: string; channel?: string; provider?: string; event_id?: number; record_id?: number; line?: number; offset?: number; dirt?: Array<string>; class_uid?: number; class_name?: string; category_uid?: number; activity_id?: number; severity_id?: number; ocsf?: Record<string, unknown>; fields?: Record<string, unknown>; raw?: string };
  ExplainedCondition: { text: string; root: Schemas["ExplainedNode"] };
  ExplainedCorrelation: { type: string; condition: string; timespan_seconds: number; fields: Array<string>; group_by: Array<string>; group: Array<{ name: string; value: string }>; rules: Array<{ reference: string; id: string; title: string }>; events: Array<{ event_uid: string; time: string; host: string; rules: Array<string> }>; events_gone: number; events_left_out: number };
  ExplainedItem: { alternative: number; field: string; modifiers: Array<string>; negated: boolean; all: boolean; holds: boolean; values: Array<Schemas["ExplainedValue"]>; values_left_out: number; values_held: number; found: Array<Schemas["ShownValue"]>; found_left_out: number };
  ExplainedNode: { op: "name" | "one_of" | "all_of" | "not" | "and" | "or"; name: string; holds: boolean; children: Array<Schemas["ExplainedNode"]>; children_left_out: number };
  ExplainedSelection: { name: string; holds: boolean; filter: boolean; alternatives: number; items: Array<Schemas["ExplainedItem"]>; items_left_out: number };
  ExplainedValue: { expected: string; forms: number; holds: boolean; values: Array<Schemas["ShownValue"]>; values_left_out: number };
  Fact: { seq: number; time: string; actor: string; desk: string; kind: string; subject: string; prev_hash: string; hash: string; body?: Record<string, unknown> };
  Fault: { pointer: string; code: string; message: string; args?: Record<string, unknown> };
  GraphEdge: { from: string; to: string; kind: "acted_on" | "started" | "ran" | "launched" | "touched" | "loaded" | "connected" | "came_from" | "asked_for" | "seen_on"; first: string; last: string; count: number; alerts: Array<string> };
  GraphNode: { id: string; kind: "host" | "user" | "process" | "file" | "address" | "domain" | "indicator"; name: string; host?: string; first: string; last: string; count: number; alerts: Array<string> };
  Health: { status: "ok" | "degraded" | "down"; version: string; time: string; parts: Array<{ name: string; status: "ok" | "degraded" | "down"; detail: string }> };
  Hunt: { id: string; title: string; by: string; state: "waiting" | "running" | "done" | "cancelled" | "failed"; from: string; until: string; events_max: number; started: string; ended?: string; events: number; total: number; matches: number; matches_kept?: number; cut?: boolean; reached?: string; error?: string; rule?: string; rules: Array<{ id: string; title: string; level: string; kind: "rule" | "correlation"; matches: number }> };
  HuntMatch: { rule_id: string; event_uid: string; time: string; host: string; user: string; channel: string; event_id: number; events: number; group?: string };
  ImportProblem: { type: string; title: string; status: number; detail: string; errors?: Array<{ pointer: string; code: string; message: string; args?: Record<string, unknown> }>; line?: number; column?: number; hint?: string; report?: Schemas["ImportReport"] };
  ImportReport: { format: "csv" | "json" | "xlsx"; check: boolean; loaded: boolean; rows: number; created: number; changed: number; unchanged: number; moved: number; states_left: number; faults: number; errors: Array<{ row: number; column: string; value: string; code: string; message: string; hint: string; text: Schemas["Title"] }>; records: Array<{ row: number; outcome: "created" | "changed"; id: string; changed: Array<string>; was?: string }> };
  IncidentGraph: { incident: string; alerts: number; events: number; nodes: Array<Schemas["GraphNode"]>; edges: Array<Schemas["GraphEdge"]>; left_out: { alerts: number; events: number; events_gone: number; nodes: number; edges: number } };
  Indicator: { type: "ip" | "cidr" | "domain" | "url" | "md5" | "sha1" | "sha256" | "sha512" | "imphash" | "email" | "file_name" | "file_path"; value: string; source: string; context: string; tags: string; tlp: "" | "clear" | "green" | "amber" | "amber+strict" | "red"; rule_id: string; confidence?: number; valid_from?: string; valid_until?: string };
  Link: { from: string; kind: string; to: string; by: string; at: string };
  NewToken: { id: string; name: string; login: string; permissions: Array<string>; created_at: string; expires_at: string; revoked_at?: string; last_used?: string; secret: string };
  PersonPath: { record: string; name: string; account: string | null; team: string | null; claimed: string | null; shown: { id: string; title_ja: string; title_en: string } | null; next: { id: string; title_ja: string; title_en: string } | null; t_type: boolean; i_type: boolean; mentor: string | null; retention: { last_held: string | null; next_due: string | null; overdue: boolean } };
  PersonPathPage: { record: string; name: string; account: string | null; team: string | null; claimed: string | null; shown: { id: string; title_ja: string; title_en: string } | null; next: { id: string; title_ja: string; title_en: string } | null; t_type: boolean; i_type: boolean; mentor: string | null; retention: { last_held: string | null; next_due: string | null; overdue: boolean }; days_asked: number; stages: Array<{ id: string; title_ja: string; title_en: string; state: "open" | "begun" | "reached"; recognised: boolean; evidence: Array<{ role: string; deeds: number; days: number; first: string; last: string }>; next_roles: Array<string> }>; experience: Array<{ role: string; deeds: number; days: number; first: string; last: string }>; gaps: Array<{ role: string; code: string; name: string; asked: number; stated: boolean }> };
  Problem: { type: string; title: string; status: number; detail: string; errors?: Array<{ pointer: string; code: string; message: string; args?: Record<string, unknown> }>; line?: number; column?: number; hint?: string };
  RecordConflict: { type: string; title: string; status: number; detail: string; errors?: Array<{ pointer: string; code: string; message: string; args?: Record<string, unknown> }>; line?: number; column?: number; hint?: string; conflict?: { read_version: number; current: Schemas["Record"]; fields: Array<{ field: string; read: unknown; theirs: unknown; yours: unknown; clash: boolean }> } };
  RecordField: { name: string; title: Schemas["Title"]; type: string; required: boolean; unknown_allowed: boolean; sensitivity: "normal" | "personal" | "secret" | "sealed"; description?: Schemas["Title"]; items?: string; to?: Array<string>; min?: number; max?: number; choices?: Array<{ id: string; title: Schemas["Title"] }>; columns?: Array<Schemas["RecordField"]> };
  RecordType: { id: string; prefix: string; desk: string; roles: Array<string>; title: Schemas["Title"]; description: Schemas["Title"]; fields: Array<Schemas["RecordField"]>; states: Array<{ id: string; title: Schemas["Title"]; initial: boolean; final: boolean }>; moves: Array<{ id: string; title: Schemas["Title"]; from: Array<string>; to: string; permissions: Array<string>; requires: Array<string>; where: Array<{ field: string; is: Array<string>; why: Schemas["Title"] }>; another_person: boolean }>; clocks: Array<{ id: string; title: Schemas["Title"]; from: Array<string>; until: Array<string>; within_seconds: number }>; permissions: { read: string; create: string; update: string }; review_seconds?: number; retention_seconds?: number };
  RecordVersion: { version: number; state: string; move: string; body: Record<string, unknown>; by: string; at: string; fact_seq: number; changed: Array<string> };
  ReplayGroup: { count: number; examples: Array<{ id: string; title: string; before: string; after: string; before_row: string; after_row: string }> };
  Role: { id: string; title_ja: string; title_en: string; function: string; aliases_ja: Array<string>; area: string; area_table2: string; area_figure7: string | null; phases: Array<string>; teams: Array<{ ja: string; en: string; area: string }>; home: Array<string>; owner: string | null; sourcing: string | null; hidden: boolean; pulse: { score: number; standing: "alive" | "slowing" | "in_name_only" | "without_owner" | "missing" | "not_performed"; cadence_days: number; cadence_of: "assignment" | "catalogue"; on_demand: boolean; periods: Array<number>; facts: number; last_performed: string | null; duties_open: number; duties_overdue: number; duties_more: boolean } | null };
  RoleLink: { role: string; to: string; kind: string; title: Schemas["Title"]; flow: "in" | "out" | "both"; explicit: boolean };
  RolePage: { id: string; title_ja: string; title_en: string; function: string; aliases_ja: Array<string>; area: string; area_table2: string; area_figure7: string | null; phases: Array<string>; teams: Array<{ ja: string; en: string; area: string }>; home: Array<string>; owner: string | null; sourcing: string | null; hidden: boolean; pulse: { score: number; standing: "alive" | "slowing" | "in_name_only" | "without_owner" | "missing" | "not_performed"; cadence_days: number; cadence_of: "assignment" | "catalogue"; on_demand: boolean; periods: Array<number>; facts: number; last_performed: string | null; duties_open: number; duties_overdue: number; duties_more: boolean } | null; area_reason: { ja: string; en: string }; links: Array<{ to: string; kind: string; explicit: boolean }>; assignments: Array<{ record: string; sourcing: string; target: string | null; owner: string | null; members: Array<string>; department: string | null; provider: string | null; from: string; until: string | null }>; evidence: Array<{ fact: number; fact_href: string; at: string; actor: string; kind: string; record: string; record_href: string }>; performers: Array<{ actor: string; deeds: number; last: string; assigned: boolean }>; duties: Array<{ record: string; record_href: string; kind: "clock" | "review"; clock: string; due_at: string; overdue: boolean }>; rule: { ja: string; en: string } };
  Rule: { id: string; title: string; level: "informational" | "low" | "medium" | "high" | "critical"; status: string; description: string; author: string; date: string; modified: string; digest: string; tags: Array<string>; references: Array<string>; falsepositives: Array<string>; conditions: Array<string>; logsource: { product: string; category: string; service: string }; correlation?: { type: string; rules: Array<string>; group_by: Array<string>; timespan_seconds: number; fields: Array<string>; generate: boolean }; file: string; line: number; own?: string };
  RuleFault: { file: string; line: number; column: number; rule_id: string; rule_title: string; code: string; reason: string; hint: string; detail?: string };
  RuleSetStatus: { version: number; since: string; looked: string; loaded: number; rejected: number; held: number; skipped: number; warnings: number; rejections: Array<Schemas["RuleFault"]>; holds: Array<Schemas["RuleFault"]>; set_aside: Array<Schemas["RuleFault"]> };
  RuleStanding: { samples: string; cases: number; cases_failed: number; failures: Array<string>; tested: boolean; coverage: "can_fire" | "fields_never_seen" | "events_never_seen" | "source_never_seen" | "unmapped"; needs: string; events: number; missing_fields: Array<string>; seen_since: string; seen_at: string };
  RuleTrial: { id: string; title: string; passed: boolean; cases: Array<{ name: string; should_match: boolean; events: number; matched: number; passed: boolean; unreadable: string }>; generated: Array<{ kind: "positive" | "near_miss" | "elsewhere"; name: string; should_match: boolean; matches: boolean; passed: boolean; event: { format: string; channel: string; provider: string; event_id: number; fields: Record<string, unknown> } }>; ways: number; ways_without_sample: number; reasons: Array<string> };
  Session: { id: string; login: string; address: string; agent: string; created_at: string; last_seen: string; this_one: boolean };
  ShownValue: { field: string; text: string; null: boolean; left_out_before: number; left_out_after: number; marks: Array<{ start: number; end: number }> };
  Simulation: { work: Array<{ id: string; per_day: { mean: number; half_width: number }; wait_mean_minutes: { mean: number; half_width: number }; wait_median_minutes: { mean: number; half_width: number }; wait_p90_minutes: { mean: number; half_width: number }; missed_share: { mean: number; half_width: number }; left_over: { mean: number; half_width: number }; done_by_nobody: boolean }>; teams: Array<{ team_ja: string; team_en: string; people: number; staffed_hours_per_week: number; utilisation: { mean: number; half_width: number } }>; cut_short: boolean };
  Staffing: { total: number; level?: number; note?: { ja: string; en: string }; teams: Array<{ team_ja: string; team_en: string; mode: "day" | "always" | "shared" | "none"; seats: number; headcount: number; by_ja?: string }> };
  StaffingDemand: { days: number; cut: boolean; work: Array<{ id: string; title_ja: string; title_en: string; team_ja: string; per_day: number; per_day_of: "records" | "catalogue"; minutes: number; variation: number; minutes_of: "records" | "catalogue"; within_minutes: number; arrived: number; worked_on: number; leads_to: Array<{ work: string; share: number }> }> };
  Textbook: { edition: string; source: string; counts: { functions: number; roles: number; links: number; teams: number; placements: number; areas: number; patterns: number; cycles: number }; functions: Array<{ id: string; title_ja: string; title_en: string; aliases_ja: Array<string>; phases: Array<string>; roles: Array<string> }>; phases: Array<{ id: string; title_ja: string; title_en: string }>; cycles: Array<{ id: string; title_ja: string; title_en: string; new_resources: boolean; decided_in: string | null; built_in: string | null }>; indicators: Array<{ id: string; title_ja: string; title_en: string; low: string; high: string }>; areas: Array<{ id: string; title_ja: string; title_en: string; information: "inside" | "outside"; specialist_skill: "low" | "high"; dependence: number }>; patterns: Array<{ id: number; title_ja: string; title_en: string; own: Array<string>; outside: Array<string> }>; teams: Array<{ title_ja: string; title_en: string; roles: Array<{ role: string; area: string }> }>; roles: Array<{ id: string; title_ja: string; title_en: string; aliases_ja: Array<string>; function: string; area: string; area_table2: string; area_figure7: string | null; area_reason: { ja: string; en: string }; phases: Array<string>; phases_explicit: boolean; teams: Array<{ title_ja: string; title_en: string; area: string }>; links: Array<{ to: string; kind: string; explicit: boolean }> }>; path: Array<{ id: string; title_ja: string; title_en: string; functions: Array<string> }>; first_roles: Array<{ background: string; title_ja: string; title_en: string; role: string }> };
  Title: { ja: string; en: string };
  Token: { id: string; name: string; login: string; permissions: Array<string>; created_at: string; expires_at: string; revoked_at?: string; last_used?: string };
  User: { login: string; name: string; lang: "ja" | "en"; roles: Array<string>; service: boolean; disabled: boolean; must_change_password: boolean; second_factor: boolean; break_glass?: "sealed" | "used"; created_at: string; last_sign_in?: string };
  Who: { login: string; name: string; lang: "ja" | "en"; permissions: Array<string>; must_change_password: boolean; second_factor: boolean; recovery_codes_left: number; break_glass: boolean; csrf_token?: string };
  Record: AnyRecord;
  Record_action_policy: { id: string; type: "action_policy"; version: number; state: "draft" | "approved" | "rejected"; state_since: string; body: { title_ja?: string; title_en?: string; set?: "incident" | "vulnerability"; edition?: number; change_note?: string; actions?: unknown; owners?: Array<{ person?: string; organisation?: string; account?: string }>; in_force_from?: string; approved_by?: string; rejected_reason?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_alert: { id: string; type: "alert"; version: number; state: "new" | "set_aside" | "acknowledged" | "escalated" | "dismissed" | "closed"; state_since: string; body: { title?: string; rule?: string; level?: "informational" | "low" | "medium" | "high" | "critical"; tags?: Array<string>; host?: string; user?: string; entity?: string; first_seen?: string; last_seen?: string; findings?: number; evidence?: unknown; evidence_omitted?: number; attack_type?: string; progress?: string; importance?: string | "unknown"; decision?: "incident" | "not_incident" | "off_criteria"; class?: string; priority?: number; criteria?: string; criteria_edition?: number; criteria_row?: string; separated_from?: string; assignee?: string; verdict?: "true_positive" | "false_positive" | "benign"; verdict_reason?: string; reason?: string; incident?: string; feedback_verdict?: "correct" | "partly_correct" | "false_alarm"; feedback_actions?: string; feedback_resolved?: boolean; feedback_lessons?: string; feedback_number?: number }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_analysis_report: { id: string; type: "analysis_report"; version: number; state: "draft" | "issued" | "completed"; state_since: string; body: { title?: string; alerts?: Array<string>; victim?: string | "unknown"; method?: string | "unknown"; path?: string | "unknown"; leak?: "none" | "suspected" | "confirmed" | "unknown"; leak_detail?: string; impact?: string | "unknown"; immediate_measure?: string | "unknown" }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_attack_naming: { id: string; type: "attack_naming"; version: number; state: "draft" | "approved" | "rejected"; state_since: string; body: { title_ja?: string; title_en?: string; edition?: number; change_note?: string; attack_types?: unknown; products?: unknown; stages?: unknown; order?: unknown; levels?: unknown; in_force_from?: string; approved_by?: string; rejected_reason?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_criteria_proposal: { id: string; type: "criteria_proposal"; version: number; state: "open" | "adopted" | "declined"; state_since: string; body: { title?: string; kind?: "uncovered" | "departed"; set?: "incident" | "vulnerability"; combination?: string; attack_type?: string; progress?: string; damage?: string; ease?: string; importance?: string; decided?: string; reason?: string; occurrences?: number; examples?: Array<string>; last_at?: string; answer?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_effect_report: { id: string; type: "effect_report"; version: number; state: "draft" | "issued"; state_since: string; body: { title?: string; from?: string; to?: string; measures?: Array<{ measure?: string; definition?: string; value?: number; unit?: string; samples?: number; note?: string }>; blocked?: number; collected_from?: Array<"governance" | "triage" | "forensics" | "response" | "exposure" | "intel" | "tooling" | "assurance" | "liaison">; reading?: string; proposals?: string; audience?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_improvement: { id: string; type: "improvement"; version: number; state: "raised" | "decided" | "building" | "doing" | "done" | "declined"; state_since: string; body: { title?: string; cycle?: "short" | "long"; role?: string; source?: Array<string>; why?: string; owner?: string; due?: string; decision?: string; built_by?: Array<string>; result?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_incident: { id: string; type: "incident"; version: number; state: "new" | "investigating" | "contained" | "recovering" | "closing" | "closed" | "rejected" | "merged"; state_since: string; body: { title?: string; summary?: string; origin?: "alert" | "internal_report" | "external_report"; channel?: "monitoring" | "mail" | "phone" | "web" | "other"; reporter?: string; reporter_contact?: string; received_at?: string; occurred_at?: string | "unknown"; detected_at?: string | "unknown"; contained_at?: string; recovered_at?: string; closed_at?: string; alerts?: Array<string>; hosts?: Array<string>; users?: Array<string>; assignee?: string; attack_type?: string; progress?: string; importance?: string | "unknown"; class?: string; priority?: number; criteria?: string; criteria_edition?: number; criteria_row?: string; policy?: string; judged_by?: string; judged_at?: string; off_criteria?: boolean; judgement_reason?: string; picture?: string | "unknown"; cause?: string | "unknown"; leak?: "none" | "suspected" | "confirmed" | "unknown"; direct_impact?: string | "unknown"; direct_cost?: number | "unknown"; cost_currency?: string; indirect_impact?: string | "unknown"; measures?: Array<{ id?: string; kind?: "interim" | "lasting"; what?: string; owner?: string; due?: string; done?: boolean; long?: boolean; handed_at?: string; handed_to?: string }>; timeline?: Array<{ at?: string; what?: string; public?: boolean }>; evidence?: Array<{ reference?: string; note?: string }>; public_title?: string; public_overview?: string | "unknown"; public_impact?: string | "unknown"; public_cause?: string | "unknown"; public_actions?: string | "unknown"; public_prevention?: string | "unknown"; public_contact?: string; feedback_verdict?: "correct" | "partly_correct" | "false_alarm"; feedback_actions?: string; feedback_resolved?: boolean; feedback_lessons?: string; feedback_count?: number; feedback_current?: number; feedback_acknowledged?: number; reason?: string; merged_into?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_incident_criteria: { id: string; type: "incident_criteria"; version: number; state: "draft" | "approved" | "rejected"; state_since: string; body: { title_ja?: string; title_en?: string; edition?: number; change_note?: string; attack_types?: unknown; progress?: unknown; importance?: unknown; importance_default?: string; importance_rules?: unknown; classes?: unknown; rows?: unknown; off_criteria_priority?: number; alert_window_minutes?: number; in_force_from?: string; approved_by?: string; rejected_reason?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_incident_report: { id: string; type: "incident_report"; version: number; state: "issued"; state_since: string; body: { incident?: string; incident_version?: number; edition?: "internal" | "external"; language?: "ja" | "en"; number?: number; issued_at?: string; recipients?: Array<string>; content_hash?: string; markdown?: string; html?: string; masked?: number }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_incident_task: { id: string; type: "incident_task"; version: number; state: "open" | "doing" | "done" | "skipped"; state_since: string; body: { incident?: string; code?: string; what_ja?: string; what_en?: string; role?: string; authority_ja?: string; authority_en?: string; due_at?: string; assignee?: string; result?: string; finished_at?: string; policy?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_long_measure: { id: string; type: "long_measure"; version: number; state: "taken_over" | "in_progress" | "done" | "dropped"; state_since: string; body: { title?: string; detail?: string; incident?: string; measure?: string; owner?: string; due?: string; result?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_own_rule: { id: string; type: "own_rule"; version: number; state: "in_force" | "withdrawn"; state_since: string; body: { title?: string; rule_ids?: Array<string>; why?: string; yaml?: string; samples?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_playbook: { id: string; type: "playbook"; version: number; state: "draft" | "approved" | "retired"; state_since: string; body: { title?: string; purpose?: string; set?: "incident" | "vulnerability"; class?: string; steps?: Array<{ order?: number; action?: string; by?: string; within?: number; automatic?: boolean }>; cacao?: unknown; cacao_id?: string; edition?: number; owner?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_policy_acknowledgement: { id: string; type: "policy_acknowledgement"; version: number; state: "asked" | "acknowledged" | "objected" | "outdated"; state_since: string; body: { policy?: string; person?: string; organisation?: string; account?: string; asked_on?: string; conditions?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_policy_document: { id: string; type: "policy_document"; version: number; state: "draft" | "proposed" | "in_force" | "rejected" | "withdrawn"; state_since: string; body: { title?: string; kind?: "overall" | "scope" | "intelligence_use" | "operation" | "other"; edition?: number; scope?: string; out_of_scope?: string; triage_basis?: string; hours?: "always" | "business_days" | "extended"; hours_note?: string; assets?: string; means?: string; roadmap?: Array<string>; body?: string; change_note?: string; replaces?: string; owner?: string; review_on?: string; review_note?: string; in_force_from?: string; rejected_reason?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_quality_finding: { id: string; type: "quality_finding"; version: number; state: "open" | "correcting" | "corrected" | "verified" | "dropped"; state_since: string; body: { title?: string; source?: Array<string>; function?: "triage" | "forensics" | "response" | "other"; cause?: string; measure?: string; owner?: string; due?: string; effect?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_quality_review: { id: string; type: "quality_review"; version: number; state: "drawn" | "reviewing" | "compared" | "concluded"; state_since: string; body: { title?: string; from?: string; to?: string; kind?: "alerts" | "incidents" | "reports" | "deep_analysis"; zone?: string; population?: number; own_left_out?: number; seed?: number; sample?: Array<string>; reviewer?: string; verdicts?: Array<{ item?: string; verdict?: string; note?: string }>; kept_until_compared?: unknown; comparison?: Array<{ item?: string; first?: string; first_by?: string; second?: string; agree?: boolean }>; compared?: number; matrix?: unknown; agreement?: number; kappa?: number; kappa_low?: number; kappa_high?: number; kappa_undefined?: "no_items" | "one_category"; conclusion?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_referral: { id: string; type: "referral"; version: number; state: "sent" | "received" | "answered" | "closed" | "refused"; state_since: string; body: { from_role?: string; to_role?: string; kind?: string; what?: string; records?: string; due_at?: string; receiver?: string; outcome?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_rule_withdrawal: { id: string; type: "rule_withdrawal"; version: number; state: "out_of_force" | "back_in_force"; state_since: string; body: { title?: string; rule_id?: string; why?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_vulnerability: { id: string; type: "vulnerability"; version: number; state: "found" | "notified" | "fixing" | "fixed" | "accepted" | "not_affected"; state_since: string; body: { title?: string; cve?: string; assets?: Array<string>; source?: "intel" | "vendor" | "scan" | "manual" | "other"; published_on?: string; cvss?: number; vector?: string; epss?: number; exploited?: "no" | "poc" | "yes" | "unknown"; damage?: string | "unknown"; ease?: string | "unknown"; importance?: string | "unknown"; class?: string; decision?: "act" | "no_action" | "off_criteria"; priority?: number; criteria?: string; criteria_edition?: number; criteria_row?: string; judged_by?: string; judged_at?: string; judgement_reason?: string; policy?: string; actions?: Array<{ code?: string; what_ja?: string; what_en?: string; role?: string; authority_ja?: string; authority_en?: string; due_at?: string; done_at?: string }>; owner_notified_at?: string; due?: string; measure?: string; accepted_reason?: string; accepted_until?: string; assignee?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
  Record_vulnerability_criteria: { id: string; type: "vulnerability_criteria"; version: number; state: "draft" | "approved" | "rejected"; state_since: string; body: { title_ja?: string; title_en?: string; edition?: number; change_note?: string; damage?: unknown; ease?: unknown; importance?: unknown; input_rules?: unknown; classes?: unknown; rows?: unknown; off_criteria_priority?: number; in_force_from?: string; approved_by?: string; rejected_reason?: string }; created_by: string; created_at: string; updated_by: string; updated_at: string; erased?: boolean };
}

/** A record of any register: its body follows the register's declaration, which the API tells too. */
export interface AnyRecord {
  id: string;
  type: string;
  version: number;
  state: string;
  state_since: string;
  body: Record<string, unknown>;
  created_by: string;
  created_at: string;
  updated_by: string;
  updated_at: string;
}

export interface Operations {
  signIn: { input: { body: { login: string; password: string; code?: string } }; answer: Schemas["Who"] };
  getSession: { input: object; answer: Schemas["Who"] };
  signOut: { input: object; answer: undefined };
  changePassword: { input: { body: { old_password: string; new_password: string } }; answer: undefined };
  listSessions: { input: { query?: { all?: boolean } }; answer: { sessions: Array<Schemas["Session"]> } };
  endSession: { input: { path: { id: string } }; answer: undefined };
  beginFirstRun: { input: { body: { secret: string; login: string; name: string; lang: "ja" | "en"; password: string } }; answer: Schemas["Who"] };
  beginSecondFactor: { input: { body: { password: string } }; answer: { secret: string; uri: string } };
  confirmSecondFactor: { input: { body: { code: string } }; answer: { recovery_codes: Array<string> } };
  renewRecoveryCodes: { input: { body: { code: string } }; answer: { recovery_codes: Array<string> } };
  removeSecondFactor: { input: { body: { password: string; code: string } }; answer: undefined };
  listUsers: { input: object; answer: { users: Array<Schemas["User"]> } };
  createUser: { input: { body: { login: string; name: string; roles: Array<string>; lang?: "ja" | "en"; service?: boolean; break_glass?: boolean; password?: string } }; answer: Schemas["ChangedUser"] };
  getUser: { input: { path: { login: string } }; answer: Schemas["User"] };
  changeUser: { input: { path: { login: string }; body: { name?: string; lang?: "ja" | "en"; roles?: Array<string>; disabled?: boolean; password?: string; reseal?: boolean; remove_second_factor?: boolean } }; answer: Schemas["ChangedUser"] };
  listAccountRoles: { input: object; answer: { roles: Array<Schemas["AccountRole"]> } };
  listTokens: { input: { query?: { all?: boolean } }; answer: { tokens: Array<Schemas["Token"]> } };
  createToken: { input: { body: { name: string; permissions: Array<string>; expires_at: string; login?: string } }; answer: Schemas["NewToken"] };
  revokeToken: { input: { path: { id: string } }; answer: undefined };
  getLiveness: { input: object; answer: { status: "ok" } };
  getHealth: { input: object; answer: Schemas["Health"] };
  getMetrics: { input: object; answer: string };
  listRecordTypes: { input: object; answer: { types: Array<Schemas["RecordType"]> } };
  getRecordType: { input: { path: { type: string } }; answer: Schemas["RecordType"] };
  listRecords: { input: { path: { type: string }; query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record"]>; next_cursor?: string; total?: number } };
  createRecord: { input: { path: { type: string }; body: { body: Record<string, unknown> } }; answer: Schemas["Record"] };
  getRecord: { input: { path: { type: string; id: string } }; answer: Schemas["Record"] };
  updateRecord: { input: { path: { type: string; id: string }; body: { version: number; changes: Record<string, unknown> } }; answer: Schemas["Record"] };
  getRecordHistory: { input: { path: { type: string; id: string } }; answer: { versions: Array<Schemas["RecordVersion"]> } };
  getRecordFacts: { input: { path: { type: string; id: string } }; answer: { facts: Array<Schemas["Fact"]> } };
  getRecordLinks: { input: { path: { type: string; id: string } }; answer: { from: Array<Schemas["Link"]>; to: Array<Schemas["Link"]> } };
  linkRecord: { input: { path: { type: string; id: string }; body: { kind: string; to: string } }; answer: undefined };
  unlinkRecord: { input: { path: { type: string; id: string }; body: { kind: string; to: string } }; answer: undefined };
  moveRecord: { input: { path: { type: string; id: string }; body: { version: number; move: string; changes?: Record<string, unknown> } }; answer: Schemas["Record"] };
  listDue: { input: { query?: { role?: string; type?: string; kind?: "clock" | "review" | "retention" | "obligation"; overdue?: boolean; limit?: number } }; answer: { items: Array<Schemas["Due"]>; more: boolean } };
  listRoleLinks: { input: { query?: { role?: string } }; answer: { links: Array<Schemas["RoleLink"]> } };
  listReferrals: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; from_role?: string; to_role?: string } }; answer: { records: Array<Schemas["Record_referral"]>; next_cursor?: string; total?: number } };
  sendReferral: { input: { body: { record: string; to: string; what: string; from?: string; due_at?: string } }; answer: Schemas["Record_referral"] };
  getReferral: { input: { path: { id: string } }; answer: Schemas["Record_referral"] };
  receiveReferral: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_referral"] };
  answerReferral: { input: { path: { id: string }; body: { outcome: string; version?: number } }; answer: Schemas["Record_referral"] };
  refuseReferral: { input: { path: { id: string }; body: { outcome: string; version?: number } }; answer: Schemas["Record_referral"] };
  closeReferral: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_referral"] };
  exportRecords: { input: { path: { type: string }; query?: { format?: "csv" | "json" | "xlsx"; heading?: "id" | "ja" | "en"; state?: string; text?: string; filter?: string } }; answer: unknown };
  importRecords: { input: { path: { type: string }; query?: { format?: "csv" | "json" | "xlsx"; check?: boolean; as_new?: boolean; states?: boolean; key?: string; name?: string }; body: Blob }; answer: Schemas["ImportReport"] };
  listFacts: { input: { query?: { subject?: string; kind?: string; actor?: string; desk?: string; from?: string; until?: string; after?: number; before?: number; limit?: number; order?: "asc" | "desc" } }; answer: { facts: Array<Schemas["Fact"]>; head: number } };
  getFact: { input: { path: { seq: string } }; answer: Schemas["Fact"] };
  listParked: { input: object; answer: { parked: Array<{ id: number; reaction: string; fact_seq: number; reason: string; attempts: number; at: string }> } };
  retryParked: { input: { path: { id: string } }; answer: undefined };
  verifyLedger: { input: object; answer: { sound: boolean; facts: number; records: number; versions: number; blobs: number; head_hash: string; faults_total: number; faults: Array<{ code: string; subject: string; what: string }> } };
  listAlerts: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; host?: string; user?: string; rule?: string; level?: string; class?: string; decision?: string; attack_type?: string; assignee?: string; incident?: string } }; answer: { records: Array<Schemas["Record_alert"]>; next_cursor?: string; total?: number } };
  getAlert: { input: { path: { id: string } }; answer: Schemas["Record_alert"] };
  acknowledgeAlert: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_alert"] };
  assignAlert: { input: { path: { id: string }; body: { user: string; version?: number } }; answer: Schemas["Record_alert"] };
  judgeAlert: { input: { path: { id: string }; body: { verdict: "true_positive" | "false_positive" | "benign"; reason: string; version?: number } }; answer: Schemas["Record_alert"] };
  separateAlert: { input: { path: { id: string }; body: { finding: string; reason: string; version?: number } }; answer: Schemas["Record_alert"] };
  escalateAlert: { input: { path: { id: string }; body: { reason: string; into?: string; version?: number } }; answer: Schemas["Record_alert"] };
  dismissAlert: { input: { path: { id: string }; body: { verdict: "true_positive" | "false_positive" | "benign"; reason: string; version?: number } }; answer: Schemas["Record_alert"] };
  reopenAlert: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_alert"] };
  commentAlert: { input: { path: { id: string }; body: { text: string } }; answer: Schemas["Fact"] };
  listAnalysisReports: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_analysis_report"]>; next_cursor?: string; total?: number } };
  writeAnalysisReport: { input: { body: { title: string; alerts: Array<string>; victim?: string; method?: string; path?: string; leak?: string; impact?: string; immediate_measure?: string; leak_detail?: string } }; answer: Schemas["Record_analysis_report"] };
  getAnalysisReport: { input: { path: { id: string } }; answer: Schemas["Record_analysis_report"] };
  amendAnalysisReport: { input: { path: { id: string }; body: { title?: string; alerts?: Array<string>; victim?: string; method?: string; path?: string; leak?: string; impact?: string; immediate_measure?: string; leak_detail?: string; version?: number } }; answer: Schemas["Record_analysis_report"] };
  issueAnalysisReport: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_analysis_report"] };
  getCurrentCriteria: { input: { query?: { at?: string } }; answer: Schemas["Record_incident_criteria"] };
  listCriterias: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_incident_criteria"]>; next_cursor?: string; total?: number } };
  proposeCriteria: { input: { body: { table: Record<string, unknown> } }; answer: Schemas["Record_incident_criteria"] };
  getCriteria: { input: { path: { id: string } }; answer: Schemas["Record_incident_criteria"] };
  reviseCriteria: { input: { path: { id: string }; body: { table: Record<string, unknown>; version?: number } }; answer: Schemas["Record_incident_criteria"] };
  approveCriteria: { input: { path: { id: string }; body: { policy?: string; naming?: string; in_force_from?: string; version?: number } }; answer: Schemas["Record_incident_criteria"] };
  rejectCriteria: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_incident_criteria"] };
  checkCriteria: { input: { path: { id: string }; query?: { policy?: string; naming?: string } }; answer: { faults: Array<Schemas["Fault"]> } };
  replayCriteria: { input: { path: { id: string }; body: { days?: number; beside?: string } }; answer: { proposal: string; proposal_version: number; from: string; until: string; alerts: number; incidents: number; vulnerabilities: number; cut: boolean; unchanged: number; changed: number; shifts: Array<{ before: string; after: string; count: number }>; rows: Array<{ row: string; before: number; after: number }>; differing: Schemas["ReplayGroup"]; incidents_lost: Schemas["ReplayGroup"]; incidents_gained: Schemas["ReplayGroup"]; incidents_reclassed: Schemas["ReplayGroup"] } };
  getCurrentVulnerabilityCriteria: { input: { query?: { at?: string } }; answer: Schemas["Record_vulnerability_criteria"] };
  listVulnerabilityCriterias: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_vulnerability_criteria"]>; next_cursor?: string; total?: number } };
  proposeVulnerabilityCriteria: { input: { body: { table: Record<string, unknown> } }; answer: Schemas["Record_vulnerability_criteria"] };
  getVulnerabilityCriteria: { input: { path: { id: string } }; answer: Schemas["Record_vulnerability_criteria"] };
  reviseVulnerabilityCriteria: { input: { path: { id: string }; body: { table: Record<string, unknown>; version?: number } }; answer: Schemas["Record_vulnerability_criteria"] };
  approveVulnerabilityCriteria: { input: { path: { id: string }; body: { policy?: string; naming?: string; in_force_from?: string; version?: number } }; answer: Schemas["Record_vulnerability_criteria"] };
  rejectVulnerabilityCriteria: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_vulnerability_criteria"] };
  checkVulnerabilityCriteria: { input: { path: { id: string }; query?: { policy?: string; naming?: string } }; answer: { faults: Array<Schemas["Fault"]> } };
  replayVulnerabilityCriteria: { input: { path: { id: string }; body: { days?: number; beside?: string } }; answer: { proposal: string; proposal_version: number; from: string; until: string; alerts: number; incidents: number; vulnerabilities: number; cut: boolean; unchanged: number; changed: number; shifts: Array<{ before: string; after: string; count: number }>; rows: Array<{ row: string; before: number; after: number }>; differing: Schemas["ReplayGroup"]; incidents_lost: Schemas["ReplayGroup"]; incidents_gained: Schemas["ReplayGroup"]; incidents_reclassed: Schemas["ReplayGroup"] } };
  getCurrentAttackNaming: { input: { query?: { at?: string } }; answer: Schemas["Record_attack_naming"] };
  listAttackNamings: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_attack_naming"]>; next_cursor?: string; total?: number } };
  proposeAttackNaming: { input: { body: { table: Record<string, unknown> } }; answer: Schemas["Record_attack_naming"] };
  getAttackNaming: { input: { path: { id: string } }; answer: Schemas["Record_attack_naming"] };
  reviseAttackNaming: { input: { path: { id: string }; body: { table: Record<string, unknown>; version?: number } }; answer: Schemas["Record_attack_naming"] };
  approveAttackNaming: { input: { path: { id: string }; body: { criteria?: string; policy?: string; in_force_from?: string; version?: number } }; answer: Schemas["Record_attack_naming"] };
  rejectAttackNaming: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_attack_naming"] };
  checkAttackNaming: { input: { path: { id: string }; query?: { criteria?: string; policy?: string } }; answer: { faults: Array<Schemas["Fault"]> } };
  replayAttackNaming: { input: { path: { id: string }; body: { days?: number; beside?: string } }; answer: { proposal: string; proposal_version: number; from: string; until: string; alerts: number; incidents: number; vulnerabilities: number; cut: boolean; unchanged: number; changed: number; shifts: Array<{ before: string; after: string; count: number }>; rows: Array<{ row: string; before: number; after: number }>; differing: Schemas["ReplayGroup"]; incidents_lost: Schemas["ReplayGroup"]; incidents_gained: Schemas["ReplayGroup"]; incidents_reclassed: Schemas["ReplayGroup"] } };
  getCurrentActionPolicy: { input: { query?: { at?: string; set?: "incident" | "vulnerability" } }; answer: Schemas["Record_action_policy"] };
  listActionPolicys: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_action_policy"]>; next_cursor?: string; total?: number } };
  proposeActionPolicy: { input: { body: { table: Record<string, unknown> } }; answer: Schemas["Record_action_policy"] };
  getActionPolicy: { input: { path: { id: string } }; answer: Schemas["Record_action_policy"] };
  reviseActionPolicy: { input: { path: { id: string }; body: { table: Record<string, unknown>; version?: number } }; answer: Schemas["Record_action_policy"] };
  approveActionPolicy: { input: { path: { id: string }; body: { criteria?: string; naming?: string; in_force_from?: string; version?: number } }; answer: Schemas["Record_action_policy"] };
  rejectActionPolicy: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_action_policy"] };
  checkActionPolicy: { input: { path: { id: string }; query?: { criteria?: string; naming?: string } }; answer: { faults: Array<Schemas["Fault"]> } };
  listLongMeasures: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_long_measure"]>; next_cursor?: string; total?: number } };
  getLongMeasure: { input: { path: { id: string } }; answer: Schemas["Record_long_measure"] };
  listCriteriaProposals: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_criteria_proposal"]>; next_cursor?: string; total?: number } };
  getCriteriaProposal: { input: { path: { id: string } }; answer: Schemas["Record_criteria_proposal"] };
  listRoles: { input: { query?: { function?: string; name?: string; standing?: "alive" | "slowing" | "in_name_only" | "without_owner" | "missing" | "not_performed" } }; answer: { at: string; edition: string; rule: { ja: string; en: string }; roles: Array<Schemas["Role"]>; unknown_roles: Array<{ record: string; role: string }> } };
  getRole: { input: { path: { id: string } }; answer: Schemas["RolePage"] };
  getTextbook: { input: object; answer: Schemas["Textbook"] };
  getSourcing: { input: { query?: { target?: number } }; answer: { areas: Array<{ id: string; title_ja: string; title_en: string; dependence: number; roles: number; by: Record<string, number>; own: boolean }>; patterns: Array<{ id: number; title_ja: string; title_en: string; own: Array<string> }>; pattern: { id: number; title_ja: string; title_en: string; own: Array<string> } | null; exact: boolean; rule: { ja: string; en: string }; note: { ja: string; en: string }; undecided: number; target: { id: number; title_ja: string; title_en: string; own: Array<string> } | null; moves: Array<{ id: string; title_ja: string; title_en: string; area: string; from: "own" | "shared" | "specialist" | "none" | "undecided"; to: "own" | "shared" | "specialist" | "none" | "undecided" }>; warnings: Array<{ id: string; title_ja: string; title_en: string; area: string; kind: string; text: { ja: string; en: string }; records: Array<string> }>; roles: Array<{ id: string; title_ja: string; title_en: string; area: string; teams: Array<{ ja: string; en: string; area: string }>; done_by: "own" | "shared" | "specialist" | "none" | "undecided"; aimed: "own" | "shared" | "specialist" | "none" | "undecided"; own_led: boolean; records: Array<string> }> } };
  listVulnerabilitys: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; cve?: string; class?: string } }; answer: { records: Array<Schemas["Record_vulnerability"]>; next_cursor?: string; total?: number } };
  getVulnerability: { input: { path: { id: string } }; answer: Schemas["Record_vulnerability"] };
  judgeVulnerability: { input: { path: { id: string }; body: { damage?: string; ease?: string; importance?: string; class?: string; priority?: number; reason?: string; version?: number } }; answer: Schemas["Record_vulnerability"] };
  checkRoster: { input: { query?: { from?: string; until?: string; team?: string; detail?: boolean } }; answer: { from: string; until: string; demand?: Array<{ roster: string; team: string; seats: number; handover: boolean; spans: Array<{ from: string; until: string }> }>; planned?: Array<{ record: string; team: string; seat: string | null; from: string; until: string; person: string | null; substitute: string | null; on_call: boolean }>; absences?: Array<{ record: string; person: string; from: string; until: string }>; rosters: number; shifts: number; findings: Array<{ kind: "gap" | "nobody" | "absent" | "twice" | "backwards" | "handover_missing" | "handover_unconfirmed"; text: { ja: string; en: string }; team: string; person: string | null; from: string; until: string; missing: number; records: Array<string> }>; faults: Array<{ record: string; what: "zone" | "hours" | "holiday"; text: { ja: string; en: string } }> } };
  getRosterCalendar: { input: { query?: { from?: string; until?: string; team?: string; person?: string; lang?: "ja" | "en" } }; answer: string };
  getResources: { input: object; answer: { at: string; plans: Array<string>; functions: Array<{ id: string; title_ja: string; title_en: string; owner: string | null; people: Array<string>; people_planned: number; people_actual: number; budget: number; spent: number; systems: Array<string> }>; roles: Array<{ id: string; title_ja: string; title_en: string; owner: string | null; people: Array<string>; people_planned: number; people_actual: number; budget: number; spent: number; systems: Array<string> }>; people: Array<{ person: string; roles: Array<string> }>; warnings: Array<{ kind: "no_plan" | "unknown_line" | "without_owner" | "nobody" | "over_budget" | "too_many_roles"; text: { ja: string; en: string }; what: string; records: Array<string> }> } };
  getStaffing: { input: { query?: { days?: number } }; answer: { levels: Array<Schemas["Staffing"]>; demand: Schemas["StaffingDemand"] } };
  simulateStaffing: { input: { body: { level?: number; teams?: Array<{ team_ja: string; mode: "day" | "always" | "shared" | "none"; seats?: number; by_ja?: string }>; demand?: "measured" | "catalogue"; measured_days?: number; work?: Array<{ id: string; per_day?: number; minutes?: number; variation?: number; within_minutes?: number }>; days?: number; runs?: number; seed?: number; variants?: boolean } }; answer: { staffing: Schemas["Staffing"]; demand: Schemas["StaffingDemand"]; simulation: Schemas["Simulation"]; missed_share: number; variants: Array<{ team_ja: string; team_en: string; change: "one_more" | "night_cover"; people: number; missed_share_after: number; simulation: Schemas["Simulation"] }> } };
  listPeople: { input: object; answer: { days_asked: number; people: Array<Schemas["PersonPath"]> } };
  getPerson: { input: { path: { id: string } }; answer: Schemas["PersonPathPage"] };
  getSkillGaps: { input: { query?: { role?: string; all?: boolean } }; answer: { skills: number; people: number; roles: Array<{ role: string; title_ja: string; title_en: string; people: Array<string>; skills: Array<{ skill: string; code: string; name: string; framework: string; edition: string; asked: number; best: number | null; able: Array<string>; unstated: Array<string>; open: boolean }> }>; teams: Array<{ team_ja: string; team_en: string; people: Array<string>; skills: Array<{ skill: string; code: string; name: string; framework: string; edition: string; asked: number; best: number | null; able: Array<string>; unstated: Array<string>; open: boolean }> }> } };
  loadSkillOverlay: { input: { query?: { framework: string; edition: string }; body: Blob }; answer: { framework: string; edition: string; skills: number; created: number; changed: number; unchanged: number; replaced: number } };
  ageImprovements: { input: object; answer: { limits_days: Array<number>; cycles: Array<{ cycle: "short" | "long"; open: Array<number> }>; open: Array<{ record: string; title: string; role: string; cycle: "short" | "long"; state: string; owner: string | null; due: string | null; age_days: number; state_days: number; overdue: boolean }> } };
  listImprovements: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; role?: string; cycle?: string } }; answer: { records: Array<Schemas["Record_improvement"]>; next_cursor?: string; total?: number } };
  getImprovement: { input: { path: { id: string } }; answer: Schemas["Record_improvement"] };
  startImprovement: { input: { path: { id: string }; body: { owner?: string; due?: string; version?: number } }; answer: Schemas["Record_improvement"] };
  decideImprovement: { input: { path: { id: string }; body: { decision?: string; owner?: string; due?: string; version?: number } }; answer: Schemas["Record_improvement"] };
  buildImprovement: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_improvement"] };
  returnImprovement: { input: { path: { id: string }; body: { built_by?: Array<string>; version?: number } }; answer: Schemas["Record_improvement"] };
  finishImprovement: { input: { path: { id: string }; body: { result?: string; version?: number } }; answer: Schemas["Record_improvement"] };
  declineImprovement: { input: { path: { id: string }; body: { result?: string; version?: number } }; answer: Schemas["Record_improvement"] };
  listMeasureDefinitions: { input: object; answer: { definitions: Array<{ id: string; edition: number; kind: string; of: string; title: { ja: string; en: string }; definition: { ja: string; en: string } }> } };
  getMeasures: { input: { query?: { from?: string; to?: string; zone?: string; period?: "whole" | "day" | "week" | "month" | "quarter" | "year"; by?: "class" | "team" | "rule" | "attack_type" | "origin"; measure?: string } }; answer: { zone: string; by: string; as_of: string; cut: boolean; periods: Array<{ first_day: string; last_day: string; from: string; until: string }>; rows: Array<{ measure: string; edition: number; kind: string; group: string; cells: Array<{ n: number; counted: number; value: number | null; median_with_open: number | null; open: number; oldest_open: number; unknown: number; unsound: number; in_time: number; missed: number; spread: { mean: number; median: number; p90: number; least: number; most: number } | null }> }> } };
  getMeasureTable: { input: { query?: { from?: string; to?: string; zone?: string; period?: "whole" | "day" | "week" | "month" | "quarter" | "year"; by?: "class" | "team" | "rule" | "attack_type" | "origin"; measure?: string; lang?: "ja" | "en" } }; answer: string };
  getMeasureChart: { input: { query?: { from?: string; to?: string; zone?: string; period?: "whole" | "day" | "week" | "month" | "quarter" | "year"; by?: "class" | "team" | "rule" | "attack_type" | "origin"; measure: string; lang?: "ja" | "en" } }; answer: string };
  getMeasureReport: { input: { query?: { from?: string; to?: string; zone?: string; period?: "whole" | "day" | "week" | "month" | "quarter" | "year"; by?: "class" | "team" | "rule" | "attack_type" | "origin"; measure?: string; lang?: "ja" | "en"; format?: "md" | "html" } }; answer: string };
  draftEffectReport: { input: { body: { title: string; from: string; to: string; zone?: string; lang?: "ja" | "en" } }; answer: Schemas["Record_effect_report"] };
  listQualityReviews: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; kind?: string; reviewer?: string } }; answer: { records: Array<Schemas["Record_quality_review"]>; next_cursor?: string; total?: number } };
  drawQualityReview: { input: { body: { title: string; kind: "alerts" | "incidents" | "reports" | "deep_analysis"; from: string; to: string; reviewer: string; size?: number; seed?: number; zone?: string } }; answer: Schemas["Record_quality_review"] };
  getQualityReview: { input: { path: { id: string } }; answer: Schemas["Record_quality_review"] };
  judgeQualityItem: { input: { path: { id: string }; body: { item: string; verdict: string; note?: string; version?: number } }; answer: Schemas["Record_quality_review"] };
  compareQualityReview: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_quality_review"] };
  addCorrectiveItem: { input: { path: { id: string }; body: { title: string; due: string; item?: string; cause?: string; measure?: string; owner?: string; version?: number } }; answer: Schemas["Record_quality_finding"] };
  getQualityItems: { input: { path: { id: string } }; answer: { items: Array<{ id: string; type: string; body: Record<string, unknown> }>; verdicts: Array<Record<string, unknown>> } };
  getActionPolicyStanding: { input: { path: { id: string } }; answer: { policy: string; set: "incident" | "vulnerability"; edition: number; state: string; in_force: boolean; acknowledged: "no_owners" | "waiting" | "objected" | "acknowledged"; late: number; owners: Array<{ id: string; person: string; organisation: string; account: string | null; state: string; asked_on: string | null; due_at: string | null; answered_at: string | null; answered_by: string | null; remarks: string | null }> } };
  askPolicyOwner: { input: { path: { id: string }; body: { person: string; organisation: string; account?: string; version?: number } }; answer: Schemas["Record_policy_acknowledgement"] };
  listPolicyAcknowledgements: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; policy?: string; account?: string } }; answer: { records: Array<Schemas["Record_policy_acknowledgement"]>; next_cursor?: string; total?: number } };
  getPolicyAcknowledgement: { input: { path: { id: string } }; answer: Schemas["Record_policy_acknowledgement"] };
  acknowledgePolicy: { input: { path: { id: string }; body: { remarks?: string; version?: number } }; answer: Schemas["Record_policy_acknowledgement"] };
  objectToPolicy: { input: { path: { id: string }; body: { remarks: string; version?: number } }; answer: Schemas["Record_policy_acknowledgement"] };
  listPlaybooks: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; set?: string; class?: string } }; answer: { records: Array<Schemas["Record_playbook"]>; next_cursor?: string; total?: number } };
  getPlaybook: { input: { path: { id: string } }; answer: Schemas["Record_playbook"] };
  importPlaybook: { input: { body: { document: Record<string, unknown>; set?: "incident" | "vulnerability"; class?: string } }; answer: Schemas["Record_playbook"] };
  exportPlaybook: { input: { path: { id: string } }; answer: Record<string, unknown> };
  getPolicyStatement: { input: object; answer: { day: string; documents: Array<{ id: string; title: string; kind: string; edition: number; in_force_from: string; owner: string; review_on: string | null; review_overdue: boolean }>; missing: Array<string>; scope: Array<{ document: string; text: string; note?: string }>; out_of_scope: Array<{ document: string; text: string; note?: string }>; hours: Array<{ document: string; text: string; note?: string }>; assets: Array<{ document: string; text: string; note?: string }>; means: Array<{ document: string; text: string; note?: string }>; triage_basis: Array<{ document: string; text: string; note?: string }>; roadmap: Array<{ id: string; title: string; state: string; owner: string; due: string | null; overdue: boolean }>; long_measures: Array<{ id: string; title: string; state: string; owner: string; due: string | null; overdue: boolean }> } };
  listPolicyDocuments: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; kind?: string } }; answer: { records: Array<Schemas["Record_policy_document"]>; next_cursor?: string; total?: number } };
  getPolicyDocument: { input: { path: { id: string } }; answer: Schemas["Record_policy_document"] };
  revisePolicyDocument: { input: { path: { id: string }; body: { change_note?: string; version?: number } }; answer: Schemas["Record_policy_document"] };
  listIncidents: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; class?: string; attack_type?: string; assignee?: string; origin?: string } }; answer: { records: Array<Schemas["Record_incident"]>; next_cursor?: string; total?: number } };
  reportIncident: { input: { body: { summary?: string; reporter?: string; reporter_contact?: string; occurred_at?: string; detected_at?: string; title: string; origin: "internal_report" | "external_report"; channel?: "monitoring" | "mail" | "phone" | "web" | "other"; hosts?: Array<string>; users?: Array<string> } }; answer: Schemas["Record_incident"] };
  getIncident: { input: { path: { id: string } }; answer: Schemas["Record_incident"] };
  addAlertsToIncident: { input: { path: { id: string }; body: { alerts: Array<string>; version?: number } }; answer: Schemas["Record_incident"] };
  judgeIncident: { input: { path: { id: string }; body: { attack_type?: string; progress?: string; importance?: string; class?: string; priority?: number; reason?: string; version?: number } }; answer: Schemas["Record_incident"] };
  recordIncidentAnalysis: { input: { path: { id: string }; body: { title?: string; summary?: string; picture?: string; cause?: string; leak?: string; direct_impact?: string; indirect_impact?: string; occurred_at?: string; detected_at?: string; contained_at?: string; recovered_at?: string; direct_cost?: number | "unknown" | "不明"; cost_currency?: string; version?: number } }; answer: Schemas["Record_incident"] };
  addIncidentMeasure: { input: { path: { id: string }; body: { kind: "interim" | "lasting"; what: string; owner?: string; due?: string; done?: boolean; long?: boolean; version?: number } }; answer: Schemas["Record_incident"] };
  addIncidentTimelineEntry: { input: { path: { id: string }; body: { at: string; what: string; public?: boolean; version?: number } }; answer: Schemas["Record_incident"] };
  addIncidentEvidence: { input: { path: { id: string }; body: { reference: string; note?: string; version?: number } }; answer: Schemas["Record_incident"] };
  writeIncidentStatement: { input: { path: { id: string }; body: { title?: string; overview?: string; impact?: string; cause?: string; actions?: string; prevention?: string; contact?: string; version?: number } }; answer: Schemas["Record_incident"] };
  assignIncident: { input: { path: { id: string }; body: { user: string; version?: number } }; answer: Schemas["Record_incident"] };
  moveIncident: { input: { path: { id: string }; body: { move: "investigate" | "contain" | "recover" | "prepare_closing"; version?: number } }; answer: Schemas["Record_incident"] };
  rejectIncident: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_incident"] };
  mergeIncident: { input: { path: { id: string }; body: { into: string; reason: string; version?: number } }; answer: Schemas["Record_incident"] };
  reopenIncident: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_incident"] };
  sendIncidentFeedback: { input: { path: { id: string }; body: { verdict: "correct" | "partly_correct" | "false_alarm"; actions: string; resolved: boolean; lessons?: string; version?: number } }; answer: Schemas["Record_incident"] };
  handOverIncidentMeasures: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_incident"] };
  closeIncident: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_incident"] };
  changeIncidentMeasure: { input: { path: { id: string; measure: string }; body: { kind: "interim" | "lasting"; what: string; owner?: string; due?: string; done?: boolean; long?: boolean; version?: number } }; answer: Schemas["Record_incident"] };
  attachToIncident: { input: { path: { id: string }; query?: { name: string }; body: Blob }; answer: Schemas["Record_incident"] };
  getMissingToClose: { input: { path: { id: string } }; answer: { missing: Array<Schemas["Fault"]> } };
  listIncidentTasks: { input: { path: { id: string }; query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_incident_task"]>; next_cursor?: string; total?: number } };
  addTask: { input: { path: { id: string }; body: { what_ja: string; what_en: string; role: string; due_at: string; version?: number } }; answer: Schemas["Record_incident_task"] };
  listTasks: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; incident?: string; assignee?: string; role?: string } }; answer: { records: Array<Schemas["Record_incident_task"]>; next_cursor?: string; total?: number } };
  getTask: { input: { path: { id: string } }; answer: Schemas["Record_incident_task"] };
  startTask: { input: { path: { id: string }; body: { version?: number } }; answer: Schemas["Record_incident_task"] };
  finishTask: { input: { path: { id: string }; body: { result?: string; version?: number } }; answer: Schemas["Record_incident_task"] };
  skipTask: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_incident_task"] };
  redoTask: { input: { path: { id: string }; body: { reason: string; version?: number } }; answer: Schemas["Record_incident_task"] };
  assignTask: { input: { path: { id: string }; body: { user: string; version?: number } }; answer: Schemas["Record_incident_task"] };
  listReports: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; incident?: string; edition?: string; language?: string } }; answer: { records: Array<Schemas["Record_incident_report"]>; next_cursor?: string; total?: number } };
  getReport: { input: { path: { id: string } }; answer: Schemas["Record_incident_report"] };
  readIssuedReport: { input: { path: { id: string }; query?: { format?: "md" | "html" } }; answer: string };
  previewIncidentReport: { input: { path: { id: string }; query?: { edition?: "internal" | "external"; lang?: "ja" | "en"; zone?: string; format?: "md" | "html" } }; answer: string };
  issueIncidentReport: { input: { path: { id: string }; body: { edition: "internal" | "external"; lang: "ja" | "en"; recipients: Array<string>; zone?: string; version?: number } }; answer: Schemas["Record_incident_report"] };
  searchEvents: { input: { query?: { q?: string; from?: string; until?: string; limit?: number; order?: "asc" | "desc"; cursor?: string } }; answer: { events: Array<Schemas["Event"]>; from: string; until: string; next_cursor?: string } };
  countEvents: { input: { query?: { q?: string; from?: string; until?: string; buckets?: number } }; answer: { buckets: Array<{ start: string; count: number }>; total: number; from: string; until: string } };
  queryEventsBySql: { input: { body: { sql: string; limit?: number } }; answer: { columns: Array<string>; rows: Array<Array<unknown>>; cut: boolean } };
  getEvent: { input: { path: { uid: string } }; answer: Schemas["Event"] };
  ingestEvents: { input: { query?: { format?: string; source?: string; encoding?: string }; body: Blob }; answer: { events: number; dirty: number; findings: number } };
  listFormats: { input: object; answer: { formats: Array<{ name: string; summary: string }> } };
  listIndicators: { input: { query?: { type?: "ip" | "cidr" | "domain" | "url" | "md5" | "sha1" | "sha256" | "sha512" | "imphash" | "email" | "file_name" | "file_path"; source?: string; text?: string; valid_at?: string; limit?: number; cursor?: string } }; answer: { indicators: Array<Schemas["Indicator"]>; next_cursor?: string } };
  findIndicators: { input: { query?: { value: string } }; answer: { indicators: Array<Schemas["Indicator"]> } };
  countIndicators: { input: object; answer: { indicators: number; valid: number; bytes: number; parts: number; by_type: Record<string, number>; by_source: Record<string, number> } };
  importIndicators: { input: { query?: { source: string; name?: string; format?: string; type?: string; tlp?: string; confidence?: number; valid_until?: string; context?: string; replace?: boolean }; body: Blob }; answer: { format: string; added: number; updated: number; unchanged: number; withdrawn: number; skipped: number; rejected: number; reasons: Record<string, number>; rejections: Array<{ line: number; what: string; reason: string }> } };
  expireIndicators: { input: { body: { source?: string; value?: string; type?: "ip" | "cidr" | "domain" | "url" | "md5" | "sha1" | "sha256" | "sha512" | "imphash" | "email" | "file_name" | "file_path"; reason: string; at?: string } }; answer: { count: number; at: string } };
  removeIndicators: { input: { body: { source?: string; value?: string; type?: "ip" | "cidr" | "domain" | "url" | "md5" | "sha1" | "sha256" | "sha512" | "imphash" | "email" | "file_name" | "file_path"; reason: string } }; answer: { count: number } };
  listRules: { input: { query?: { text?: string; level?: "informational" | "low" | "medium" | "high" | "critical"; status?: string; tag?: string; technique?: string; product?: string; category?: string; service?: string; kind?: "rule" | "correlation"; limit?: number; offset?: number } }; answer: { rules: Array<Schemas["Rule"]>; total: number } };
  getRule: { input: { path: { id: string } }; answer: Schemas["Rule"] };
  checkRules: { input: { query?: { own?: string }; body: Blob }; answer: { rules: Array<Schemas["Rule"]>; rejected: Array<Schemas["RuleFault"]>; skipped: Array<Schemas["RuleFault"]>; warnings: Array<Schemas["RuleFault"]>; replaces: Array<Schemas["RuleFault"]> } };
  getRuleSetStatus: { input: object; answer: Schemas["RuleSetStatus"] };
  reloadRules: { input: object; answer: { changed: boolean; rules_changed: number; rules_removed: number; status: Schemas["RuleSetStatus"] } };
  listOwnRules: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean } }; answer: { records: Array<Schemas["Record_own_rule"]>; next_cursor?: string; total?: number } };
  putRuleInForce: { input: { body: { yaml: string; samples?: string; why: string } }; answer: Schemas["Record_own_rule"] };
  getOwnRule: { input: { path: { id: string } }; answer: Schemas["Record_own_rule"] };
  replaceRuleInForce: { input: { path: { id: string }; body: { yaml: string; samples?: string; why: string; version?: number } }; answer: Schemas["Record_own_rule"] };
  takeRuleOutOfForce: { input: { path: { id: string }; body: { why: string; version?: number } }; answer: Schemas["Record_own_rule"] };
  putRuleBackInForce: { input: { path: { id: string }; body: { why: string; version?: number } }; answer: Schemas["Record_own_rule"] };
  listRuleWithdrawals: { input: { query?: { state?: string; text?: string; sort?: string; order?: "asc" | "desc"; limit?: number; cursor?: string; filter?: string; count?: boolean; rule_id?: string } }; answer: { records: Array<Schemas["Record_rule_withdrawal"]>; next_cursor?: string; total?: number } };
  takeShippedRuleOutOfForce: { input: { body: { rule_id: string; why: string } }; answer: Schemas["Record_rule_withdrawal"] };
  getRuleWithdrawal: { input: { path: { id: string } }; answer: Schemas["Record_rule_withdrawal"] };
  putShippedRuleBackInForce: { input: { path: { id: string }; body: { why: string; version?: number } }; answer: Schemas["Record_rule_withdrawal"] };
  getRuleSource: { input: { path: { id: string } }; answer: { id: string; file: string; line: number; yaml: string; changed: boolean; samples?: string } };
  getRuleStanding: { input: { path: { id: string } }; answer: Schemas["RuleStanding"] };
  getAttackCoverage: { input: { query?: { days?: number } }; answer: Schemas["AttackCoverage"] };
  testRules: { input: { body: { rule: string; samples?: string; generated?: boolean } }; answer: { passed: boolean; rules: Array<Schemas["RuleTrial"]>; rejected: Array<Schemas["RuleFault"]>; warnings: Array<Schemas["RuleFault"]>; lost: Array<string> } };
  startHunt: { input: { body: { rule: string; from: string; until: string; events_max?: number; title?: string } }; answer: Schemas["Hunt"] };
  listHunts: { input: object; answer: { hunts: Array<Schemas["Hunt"]> } };
  getHunt: { input: { path: { id: string } }; answer: Schemas["Hunt"] };
  listHuntMatches: { input: { path: { id: string }; query?: { limit?: number; offset?: number } }; answer: { matches: Array<Schemas["HuntMatch"]>; kept: number; total: number } };
  cancelHunt: { input: { path: { id: string } }; answer: Schemas["Hunt"] };
  draftRule: { input: { body: { q: string; product?: string; category?: string; service?: string; title?: string; level?: "informational" | "low" | "medium" | "high" | "critical" } }; answer: { yaml: string; notes: Array<string> } };
  getIncidentGraph: { input: { path: { id: string } }; answer: Schemas["IncidentGraph"] };
  explainAlert: { input: { path: { id: string }; query?: { finding?: string } }; answer: Schemas["AlertExplanation"] };
  openStream: { input: { query?: { kind?: string; after?: number } }; answer: string };
  ingestFiles: { input: { body: { paths: Array<string>; format?: string; encoding?: string } }; answer: { inputs: number; events: number; events_before: number; dirty: number; findings: number; failures: Array<{ name: string; message: string }> } };
  backUp: { input: { body: { folder: string; events?: boolean } }; answer: undefined };
  listBackups: { input: object; answer: { folder: string; backups: Array<Schemas["Backup"]> } };
  createBackup: { input: { body: { events?: boolean } }; answer: Schemas["Backup"] };
  importIndicatorFiles: { input: { body: { paths: Array<string>; source?: string; format?: string; type?: string; tlp?: string; confidence?: number; valid_until?: string; context?: string; replace?: boolean } }; answer: { imports: Array<{ format: string; added: number; updated: number; unchanged: number; withdrawn: number; skipped: number; rejected: number; reasons: Record<string, number>; rejections: Array<{ line: number; what: string; reason: string }>; name?: string; source?: string }>; failures: Array<{ name: string; message: string }> } };
  getContract: { input: object; answer: Record<string, unknown> };
}

/** Method and path of each operation. */
export const operations: Record<keyof Operations, readonly [method: string, path: string]> = {
  acknowledgeAlert: ["POST", "/api/v1/alerts/{id}/acknowledge"],
  acknowledgePolicy: ["POST", "/api/v1/policy-acknowledgements/{id}/acknowledge"],
  addAlertsToIncident: ["POST", "/api/v1/incidents/{id}/alerts"],
  addCorrectiveItem: ["POST", "/api/v1/quality-reviews/{id}/findings"],
  addIncidentEvidence: ["POST", "/api/v1/incidents/{id}/evidence"],
  addIncidentMeasure: ["POST", "/api/v1/incidents/{id}/measures"],
  addIncidentTimelineEntry: ["POST", "/api/v1/incidents/{id}/timeline"],
  addTask: ["POST", "/api/v1/incidents/{id}/tasks"],
  ageImprovements: ["GET", "/api/v1/improvements/ageing"],
  amendAnalysisReport: ["PATCH", "/api/v1/analysis-reports/{id}"],
  answerReferral: ["POST", "/api/v1/referrals/{id}/answer"],
  approveActionPolicy: ["POST", "/api/v1/action-policies/{id}/approve"],
  approveAttackNaming: ["POST", "/api/v1/attack-namings/{id}/approve"],
  approveCriteria: ["POST", "/api/v1/criteria/{id}/approve"],
  approveVulnerabilityCriteria: ["POST", "/api/v1/vulnerability-criteria/{id}/approve"],
  askPolicyOwner: ["POST", "/api/v1/action-policies/{id}/owners"],
  assignAlert: ["POST", "/api/v1/alerts/{id}/assign"],
  assignIncident: ["POST", "/api/v1/incidents/{id}/assign"],
  assignTask: ["POST", "/api/v1/tasks/{id}/assign"],
  attachToIncident: ["POST", "/api/v1/incidents/{id}/attachments"],
  backUp: ["POST", "/api/v1/backup"],
  beginFirstRun: ["POST", "/api/v1/first-run"],
  beginSecondFactor: ["POST", "/api/v1/session/second-factor"],
  buildImprovement: ["POST", "/api/v1/improvements/{id}/build"],
  cancelHunt: ["POST", "/api/v1/hunts/{id}/cancel"],
  changeIncidentMeasure: ["PUT", "/api/v1/incidents/{id}/measures/{measure}"],
  changePassword: ["PUT", "/api/v1/session/password"],
  changeUser: ["PATCH", "/api/v1/users/{login}"],
  checkActionPolicy: ["GET", "/api/v1/action-policies/{id}/check"],
  checkAttackNaming: ["GET", "/api/v1/attack-namings/{id}/check"],
  checkCriteria: ["GET", "/api/v1/criteria/{id}/check"],
  checkRoster: ["GET", "/api/v1/roster"],
  checkRules: ["POST", "/api/v1/rules/check"],
  checkVulnerabilityCriteria: ["GET", "/api/v1/vulnerability-criteria/{id}/check"],
  closeIncident: ["POST", "/api/v1/incidents/{id}/close"],
  closeReferral: ["POST", "/api/v1/referrals/{id}/close"],
  commentAlert: ["POST", "/api/v1/alerts/{id}/comment"],
  compareQualityReview: ["POST", "/api/v1/quality-reviews/{id}/compare"],
  confirmSecondFactor: ["POST", "/api/v1/session/second-factor/confirm"],
  countEvents: ["GET", "/api/v1/events/histogram"],
  countIndicators: ["GET", "/api/v1/indicators/stats"],
  createBackup: ["POST", "/api/v1/backups"],
  createRecord: ["POST", "/api/v1/records/{type}"],
  createToken: ["POST", "/api/v1/tokens"],
  createUser: ["POST", "/api/v1/users"],
  decideImprovement: ["POST", "/api/v1/improvements/{id}/decide"],
  declineImprovement: ["POST", "/api/v1/improvements/{id}/decline"],
  dismissAlert: ["POST", "/api/v1/alerts/{id}/dismiss"],
  draftEffectReport: ["POST", "/api/v1/effect-reports"],
  draftRule: ["POST", "/api/v1/rules/draft"],
  drawQualityReview: ["POST", "/api/v1/quality-reviews"],
  endSession: ["DELETE", "/api/v1/sessions/{id}"],
  escalateAlert: ["POST", "/api/v1/alerts/{id}/escalate"],
  expireIndicators: ["POST", "/api/v1/indicators/expire"],
  explainAlert: ["GET", "/api/v1/alerts/{id}/explanation"],
  exportPlaybook: ["GET", "/api/v1/playbooks/{id}/cacao"],
  exportRecords: ["GET", "/api/v1/records/{type}/export"],
  findIndicators: ["GET", "/api/v1/indicators/find"],
  finishImprovement: ["POST", "/api/v1/improvements/{id}/finish"],
  finishTask: ["POST", "/api/v1/tasks/{id}/finish"],
  getActionPolicy: ["GET", "/api/v1/action-policies/{id}"],
  getActionPolicyStanding: ["GET", "/api/v1/action-policies/{id}/standing"],
  getAlert: ["GET", "/api/v1/alerts/{id}"],
  getAnalysisReport: ["GET", "/api/v1/analysis-reports/{id}"],
  getAttackCoverage: ["GET", "/api/v1/rules/coverage"],
  getAttackNaming: ["GET", "/api/v1/attack-namings/{id}"],
  getContract: ["GET", "/api/v1/openapi.json"],
  getCriteria: ["GET", "/api/v1/criteria/{id}"],
  getCriteriaProposal: ["GET", "/api/v1/criteria-proposals/{id}"],
  getCurrentActionPolicy: ["GET", "/api/v1/action-policies/current"],
  getCurrentAttackNaming: ["GET", "/api/v1/attack-namings/current"],
  getCurrentCriteria: ["GET", "/api/v1/criteria/current"],
  getCurrentVulnerabilityCriteria: ["GET", "/api/v1/vulnerability-criteria/current"],
  getEvent: ["GET", "/api/v1/events/{uid}"],
  getFact: ["GET", "/api/v1/facts/{seq}"],
  getHealth: ["GET", "/api/v1/health"],
  getHunt: ["GET", "/api/v1/hunts/{id}"],
  getImprovement: ["GET", "/api/v1/improvements/{id}"],
  getIncident: ["GET", "/api/v1/incidents/{id}"],
  getIncidentGraph: ["GET", "/api/v1/incidents/{id}/graph"],
  getLiveness: ["GET", "/api/v1/health/live"],
  getLongMeasure: ["GET", "/api/v1/long-measures/{id}"],
  getMeasureChart: ["GET", "/api/v1/measures/chart"],
  getMeasureReport: ["GET", "/api/v1/measures/report"],
  getMeasureTable: ["GET", "/api/v1/measures/table"],
  getMeasures: ["GET", "/api/v1/measures"],
  getMetrics: ["GET", "/api/v1/metrics"],
  getMissingToClose: ["GET", "/api/v1/incidents/{id}/missing"],
  getOwnRule: ["GET", "/api/v1/own-rules/{id}"],
  getPerson: ["GET", "/api/v1/people/{id}"],
  getPlaybook: ["GET", "/api/v1/playbooks/{id}"],
  getPolicyAcknowledgement: ["GET", "/api/v1/policy-acknowledgements/{id}"],
  getPolicyDocument: ["GET", "/api/v1/policy-documents/{id}"],
  getPolicyStatement: ["GET", "/api/v1/policy-documents/statement"],
  getQualityItems: ["GET", "/api/v1/quality-reviews/{id}/items"],
  getQualityReview: ["GET", "/api/v1/quality-reviews/{id}"],
  getRecord: ["GET", "/api/v1/records/{type}/{id}"],
  getRecordFacts: ["GET", "/api/v1/records/{type}/{id}/facts"],
  getRecordHistory: ["GET", "/api/v1/records/{type}/{id}/history"],
  getRecordLinks: ["GET", "/api/v1/records/{type}/{id}/links"],
  getRecordType: ["GET", "/api/v1/record-types/{type}"],
  getReferral: ["GET", "/api/v1/referrals/{id}"],
  getReport: ["GET", "/api/v1/reports/{id}"],
  getResources: ["GET", "/api/v1/resources"],
  getRole: ["GET", "/api/v1/roles/{id}"],
  getRosterCalendar: ["GET", "/api/v1/roster/calendar"],
  getRule: ["GET", "/api/v1/rules/{id}"],
  getRuleSetStatus: ["GET", "/api/v1/rules/status"],
  getRuleSource: ["GET", "/api/v1/rules/{id}/source"],
  getRuleStanding: ["GET", "/api/v1/rules/{id}/standing"],
  getRuleWithdrawal: ["GET", "/api/v1/rule-withdrawals/{id}"],
  getSession: ["GET", "/api/v1/session"],
  getSkillGaps: ["GET", "/api/v1/skills/gaps"],
  getSourcing: ["GET", "/api/v1/sourcing"],
  getStaffing: ["GET", "/api/v1/staffing"],
  getTask: ["GET", "/api/v1/tasks/{id}"],
  getTextbook: ["GET", "/api/v1/textbook"],
  getUser: ["GET", "/api/v1/users/{login}"],
  getVulnerability: ["GET", "/api/v1/vulnerabilities/{id}"],
  getVulnerabilityCriteria: ["GET", "/api/v1/vulnerability-criteria/{id}"],
  handOverIncidentMeasures: ["POST", "/api/v1/incidents/{id}/hand-over"],
  importIndicatorFiles: ["POST", "/api/v1/indicators/import/files"],
  importIndicators: ["POST", "/api/v1/indicators/import"],
  importPlaybook: ["POST", "/api/v1/playbooks/import"],
  importRecords: ["POST", "/api/v1/records/{type}/import"],
  ingestEvents: ["POST", "/api/v1/ingest"],
  ingestFiles: ["POST", "/api/v1/ingest/files"],
  issueAnalysisReport: ["POST", "/api/v1/analysis-reports/{id}/issue"],
  issueIncidentReport: ["POST", "/api/v1/incidents/{id}/reports"],
  judgeAlert: ["POST", "/api/v1/alerts/{id}/judge"],
  judgeIncident: ["POST", "/api/v1/incidents/{id}/judge"],
  judgeQualityItem: ["POST", "/api/v1/quality-reviews/{id}/judge"],
  judgeVulnerability: ["POST", "/api/v1/vulnerabilities/{id}/judge"],
  linkRecord: ["POST", "/api/v1/records/{type}/{id}/links"],
  listAccountRoles: ["GET", "/api/v1/account-roles"],
  listActionPolicys: ["GET", "/api/v1/action-policies"],
  listAlerts: ["GET", "/api/v1/alerts"],
  listAnalysisReports: ["GET", "/api/v1/analysis-reports"],
  listAttackNamings: ["GET", "/api/v1/attack-namings"],
  listBackups: ["GET", "/api/v1/backups"],
  listCriteriaProposals: ["GET", "/api/v1/criteria-proposals"],
  listCriterias: ["GET", "/api/v1/criteria"],
  listDue: ["GET", "/api/v1/due"],
  listFacts: ["GET", "/api/v1/facts"],
  listFormats: ["GET", "/api/v1/formats"],
  listHuntMatches: ["GET", "/api/v1/hunts/{id}/matches"],
  listHunts: ["GET", "/api/v1/hunts"],
  listImprovements: ["GET", "/api/v1/improvements"],
  listIncidentTasks: ["GET", "/api/v1/incidents/{id}/tasks"],
  listIncidents: ["GET", "/api/v1/incidents"],
  listIndicators: ["GET", "/api/v1/indicators"],
  listLongMeasures: ["GET", "/api/v1/long-measures"],
  listMeasureDefinitions: ["GET", "/api/v1/measure-definitions"],
  listOwnRules: ["GET", "/api/v1/own-rules"],
  listParked: ["GET", "/api/v1/parked"],
  listPeople: ["GET", "/api/v1/people"],
  listPlaybooks: ["GET", "/api/v1/playbooks"],
  listPolicyAcknowledgements: ["GET", "/api/v1/policy-acknowledgements"],
  listPolicyDocuments: ["GET", "/api/v1/policy-documents"],
  listQualityReviews: ["GET", "/api/v1/quality-reviews"],
  listRecordTypes: ["GET", "/api/v1/record-types"],
  listRecords: ["GET", "/api/v1/records/{type}"],
  listReferrals: ["GET", "/api/v1/referrals"],
  listReports: ["GET", "/api/v1/reports"],
  listRoleLinks: ["GET", "/api/v1/role-links"],
  listRoles: ["GET", "/api/v1/roles"],
  listRuleWithdrawals: ["GET", "/api/v1/rule-withdrawals"],
  listRules: ["GET", "/api/v1/rules"],
  listSessions: ["GET", "/api/v1/sessions"],
  listTasks: ["GET", "/api/v1/tasks"],
  listTokens: ["GET", "/api/v1/tokens"],
  listUsers: ["GET", "/api/v1/users"],
  listVulnerabilityCriterias: ["GET", "/api/v1/vulnerability-criteria"],
  listVulnerabilitys: ["GET", "/api/v1/vulnerabilities"],
  loadSkillOverlay: ["POST", "/api/v1/skills/overlay"],
  mergeIncident: ["POST", "/api/v1/incidents/{id}/merge"],
  moveIncident: ["POST", "/api/v1/incidents/{id}/move"],
  moveRecord: ["POST", "/api/v1/records/{type}/{id}/move"],
  objectToPolicy: ["POST", "/api/v1/policy-acknowledgements/{id}/object"],
  openStream: ["GET", "/api/v1/stream"],
  previewIncidentReport: ["GET", "/api/v1/incidents/{id}/report"],
  proposeActionPolicy: ["POST", "/api/v1/action-policies"],
  proposeAttackNaming: ["POST", "/api/v1/attack-namings"],
  proposeCriteria: ["POST", "/api/v1/criteria"],
  proposeVulnerabilityCriteria: ["POST", "/api/v1/vulnerability-criteria"],
  putRuleBackInForce: ["POST", "/api/v1/own-rules/{id}/restore"],
  putRuleInForce: ["POST", "/api/v1/own-rules"],
  putShippedRuleBackInForce: ["POST", "/api/v1/rule-withdrawals/{id}/restore"],
  queryEventsBySql: ["POST", "/api/v1/events/sql"],
  readIssuedReport: ["GET", "/api/v1/reports/{id}/document"],
  receiveReferral: ["POST", "/api/v1/referrals/{id}/receive"],
  recordIncidentAnalysis: ["PATCH", "/api/v1/incidents/{id}/analysis"],
  redoTask: ["POST", "/api/v1/tasks/{id}/redo"],
  refuseReferral: ["POST", "/api/v1/referrals/{id}/refuse"],
  rejectActionPolicy: ["POST", "/api/v1/action-policies/{id}/reject"],
  rejectAttackNaming: ["POST", "/api/v1/attack-namings/{id}/reject"],
  rejectCriteria: ["POST", "/api/v1/criteria/{id}/reject"],
  rejectIncident: ["POST", "/api/v1/incidents/{id}/reject"],
  rejectVulnerabilityCriteria: ["POST", "/api/v1/vulnerability-criteria/{id}/reject"],
  reloadRules: ["POST", "/api/v1/rules/reload"],
  removeIndicators: ["POST", "/api/v1/indicators/remove"],
  removeSecondFactor: ["POST", "/api/v1/session/second-factor/remove"],
  renewRecoveryCodes: ["POST", "/api/v1/session/second-factor/recovery-codes"],
  reopenAlert: ["POST", "/api/v1/alerts/{id}/reopen"],
  reopenIncident: ["POST", "/api/v1/incidents/{id}/reopen"],
  replaceRuleInForce: ["POST", "/api/v1/own-rules/{id}/replace"],
  replayAttackNaming: ["POST", "/api/v1/attack-namings/{id}/replay"],
  replayCriteria: ["POST", "/api/v1/criteria/{id}/replay"],
  replayVulnerabilityCriteria: ["POST", "/api/v1/vulnerability-criteria/{id}/replay"],
  reportIncident: ["POST", "/api/v1/incidents"],
  retryParked: ["POST", "/api/v1/parked/{id}/retry"],
  returnImprovement: ["POST", "/api/v1/improvements/{id}/return"],
  reviseActionPolicy: ["PATCH", "/api/v1/action-policies/{id}"],
  reviseAttackNaming: ["PATCH", "/api/v1/attack-namings/{id}"],
  reviseCriteria: ["PATCH", "/api/v1/criteria/{id}"],
  revisePolicyDocument: ["POST", "/api/v1/policy-documents/{id}/revise"],
  reviseVulnerabilityCriteria: ["PATCH", "/api/v1/vulnerability-criteria/{id}"],
  revokeToken: ["DELETE", "/api/v1/tokens/{id}"],
  searchEvents: ["GET", "/api/v1/events"],
  sendIncidentFeedback: ["POST", "/api/v1/incidents/{id}/feedback"],
  sendReferral: ["POST", "/api/v1/referrals"],
  separateAlert: ["POST", "/api/v1/alerts/{id}/separate"],
  signIn: ["POST", "/api/v1/session"],
  signOut: ["DELETE", "/api/v1/session"],
  simulateStaffing: ["POST", "/api/v1/staffing/simulation"],
  skipTask: ["POST", "/api/v1/tasks/{id}/skip"],
  startHunt: ["POST", "/api/v1/hunts"],
  startImprovement: ["POST", "/api/v1/improvements/{id}/start"],
  startTask: ["POST", "/api/v1/tasks/{id}/start"],
  takeRuleOutOfForce: ["POST", "/api/v1/own-rules/{id}/withdraw"],
  takeShippedRuleOutOfForce: ["POST", "/api/v1/rule-withdrawals"],
  testRules: ["POST", "/api/v1/rules/test"],
  unlinkRecord: ["DELETE", "/api/v1/records/{type}/{id}/links"],
  updateRecord: ["PATCH", "/api/v1/records/{type}/{id}"],
  verifyLedger: ["POST", "/api/v1/verify"],
  writeAnalysisReport: ["POST", "/api/v1/analysis-reports"],
  writeIncidentStatement: ["PUT", "/api/v1/incidents/{id}/statement"],
};
