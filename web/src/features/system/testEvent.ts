/** One event that a shipped rule finds (shadow copies deleted), as an agent for Windows would send it, named as a test. */
export function testEvent(at: Date): string {
  const time = at.toISOString();
  return `${JSON.stringify({
    "@timestamp": time,
    host: { name: "yagura-test" },
    winlog: {
      channel: "Microsoft-Windows-Sysmon/Operational",
      provider_name: "Microsoft-Windows-Sysmon",
      event_id: 1,
      record_id: Math.floor(at.getTime() / 1000),
      computer_name: "yagura-test",
      event_data: {
        UtcTime: time.replace("T", " ").replace("Z", ""),
        Image: "C:\\Windows\\System32\\vssadmin.exe",
        CommandLine: "vssadmin.exe delete shadows /all /quiet",
        ParentImage: "C:\\Windows\\System32\\cmd.exe",
        User: "YAGURA-TEST\\nobody",
        Description: "A test sent by a person from the console: nothing was deleted",
      },
    },
  })}\n`;
}
