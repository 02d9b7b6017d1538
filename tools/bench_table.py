#!/usr/bin/env python3
"""Turns the JSON lines of the programs in benches/ into one readable line a figure.

usage: bench_table.py < LINES

Lines that tell of the same case are runs of it: the figure is their median.
"""
import json
import os
import statistics
import sys

WIDTH = 58


def number(value):
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.3g}"


def line(name, value, unit, note=""):
    print(f"  {name:<{WIDTH}} {number(value):>11} {unit:<12} {note}".rstrip())


def middle(runs, key):
    return statistics.median(run[key] for run in runs)


def cases(runs, *keys):
    found = {}
    for run in runs:
        found.setdefault(tuple(run[key] for key in keys), []).append(run)
    return found.items()


def evtx(runs):
    print("EVTX, bytes into events, one core")
    for (given, raw), same in cases(runs, "input", "keep_raw"):
        what = f"{given}{', with rendered XML' if raw else ''}"
        line(what, middle(same, "mb_per_second"), "MB/s", f"{number(middle(same, 'events_per_second'))} events/s")
    line("peak memory", middle(runs, "peak_rss_mb"), "MB")


def detect(runs):
    rows = {}
    for run in runs:
        rows.setdefault(run["row"], []).append(run)
    print("Detection: bytes to matches with every rule, one core")
    for run in rows.pop("load", []):
        line("rules", run["rules"], "", f"{run['rejected']:,} more are refused")
        line("rules: load time", run["seconds"], "s")
    for same in rows.values():
        for run in same:
            detect_row(run)
    line("peak memory", max(run.get("peak_rss_mb", 0) for run in runs), "MB")


def detect_row(run):
    goal = f"{number(run['reached'])} of the goal's {number(run['goal'])} {run['goal_of']}" if run["goal"] else ""
    line(run["input"], run["events_per_second"], "events/s",
         f"{number(run['mb_per_second'])} MB/s, {number(run['matches'])} matches; {goal}")
    if run["bare_events_per_second"]:
        line("  simdjson's bare parse of the same bytes", run["bare_events_per_second"], "events/s",
             f"{run['rounds']} times {number(run['resident_mb'])} MB, {number(run['bytes_per_event'])} bytes an event")
    line("  decode, all fields", run["decode_all_events_per_second"], "events/s",
         f"{number(run['fields_per_event'])} fields an event")
    line("  decode, fields that rules read", run["decode_wanted_events_per_second"], "events/s",
         f"{number(run['wanted_fields_per_event'])} fields an event")


def match(runs):
    print("Matching alone: events decoded already, the fields that rules read, one core")
    for run in runs:
        row = run["row"]
        if row == "memory":
            line("memory: rules compiled", run["engine_mb"], "MB", f"goal {run['goal']}")
            line("memory: what a matcher remembers", run["memo_mb"], "MB", f"goal {run['memo_goal']}")
        elif row == "plain scan" and not run["measured"]:
            print("  plain multi-pattern scan: not measured, the program was built without Hyperscan")
        elif row == "plain scan":
            line("against a plain Hyperscan scan of each field", run["times_faster"], "times", f"goal {run['goal']}")
            line("  the plain scan", run["plain_ns_per_event"], "ns an event",
                 f"{number(run['patterns'])} patterns; rules and all: {number(run['ns_per_event'])}")
        elif row == "two threads":
            line("two threads against one", run["times_one"], "times", f"goal {run['goal']}")
        elif row.startswith("many rules"):
            line(f"{row}: {number(run['rules'])} against few", run["takes"], "times", f"the time; goal {run['goal']}")
        else:
            line(row, run["ns_per_event"], "ns an event",
                 f"without memos {number(run['ns_per_event_without_memo'])}, so with them {number(run['memo_takes'])} of that")


def correlation(runs):
    print("Correlation: events that reach it, one core")
    for run in runs:
        goal = f"goal {number(run['goal'])}" if run["goal"] else ""
        if "events_per_s" in run:
            line(run["row"], run["events_per_s"], "events/s",
                 ", ".join(filter(None, [goal, f"state {number(run['state_mib'])} MiB, {number(run['findings'])} findings"])))
        else:
            line(f"{run['row']}, {number(run['groups'])} groups", run["bytes_beyond_key"], "bytes", f"{goal}, beyond its key")


def rules(runs):
    print("Rules into force, one core")
    for run in runs:
        line("rules", run["rules"], "", f"{run['rejected']:,} more are refused")
        line("from YAML", run["yaml_ms"], "ms", "goal 400; lanes are compiled when events reach them")
        line("  all lanes compiled", run["compile_all_lanes_ms"], "ms")
        line("from the compiled cache", run["cache_ms"], "ms", f"goal 20; a file of {number(run['cache_file_mb'])} MB")
        line("  all lanes compiled", run["cache_then_all_lanes_ms"], "ms")
        line("one changed rule in force", run["one_changed_ms"], "ms", f"goal 5; {run['patches']} patched lanes")
        line("  those lanes made whole afterwards", run["settle_ms"], "ms")
        line("looking whether any file changed", run["look_at_every_stamp_ms"], "ms")
        line("memory of rules", run["heap_loaded_mb"], "MB",
             f"{number(run['heap_compiled_mb'])} MB with every lane compiled (goal 64)")


def latency(runs):
    names = {"one_core": "one core of its own (worked out)",
             "one_core_bursts": "  in the order of the recordings, in bursts", "hand_off": "live, from thread to thread"}
    print("One event in to findings out at 80 % load, without the lake")
    for run in runs:
        line(names[run["row"]], run["p50_us"], "us half",
             f"p99 {number(run['p99_us'])} us (goals 100 and 1,000); {number(run['capacity_events_per_second'])} events/s at most")


def indicator(runs):
    print("Indicators: what they cost an event, one core, mixed Windows events")
    for run in runs:
        line(f"{number(run['indicators'])} indicators", run["ns_an_event_added"], "ns an event",
             f"{number(run['events'])} events, {number(run['matches'])} matches")
        line("  in memory", run["snapshot_mb"], "MB", f"{number(run['peak_mb'])} MB at most while they come in")
        line("  taken in", run["ns_an_indicator"], "ns each")


def lake(runs):
    print("Lake, with the engine in its own process")
    line("ingest: normalised, encoded, stored and synced", middle(runs, "ingest_events_per_second"), "events/s",
         f"of {number(middle(runs, 'raw_bytes_per_event'))} bytes raw")
    line("encoder alone", middle(runs, "encode_events_per_second"), "events/s",
         f"{number(middle(runs, 'encode_cpu_us_per_event'))} us CPU an event")
    line("engine's CPU, merges included", middle(runs, "engine_cpu_us_per_event"), "us an event")
    line("on disk", middle(runs, "disk_bytes_per_event"), "bytes an event")
    line("peak memory", middle(runs, "peak_rss_mb"), "MB",
         f"and the engine's {number(middle(runs, 'engine_peak_rss_mb'))} MB")
    for text in runs[0]["hunts"]:
        times = [run["hunts"][text] for run in runs]
        line(f"hunt: {text}", middle(times, "ms_again"), "ms",
             f"first time {number(middle(times, 'ms_first'))} ms, {number(times[-1]['found'])} found")


def api(runs):
    print("API over loopback, client and server on the same cores")
    for (name, connections, pipelined), same in cases(runs, "case", "connections", "pipelined"):
        line(f"{name}, {connections} connections, {pipelined} pipelined", middle(same, "requests_per_second"),
             "requests/s", f"{number(sum(run['failed'] for run in same))} failed")


def ledger(runs):
    print("Ledger (queries: the worst of five)")
    for run in runs:
        line(run["bench"].removeprefix("ledger.").replace("_", " "), run["value"], run["unit"])


def organisation(runs):
    print("Organisation, asked through the API (after the first: the worst of five)")
    for run in runs:
        goal = f"; goal {run['goal_ms']:,}" if run["goal_ms"] else ""
        line(run["row"], run["worst_ms"], "ms", f"first {number(run['first_ms'])}{goal}")


def console(runs):
    print("Console in Chromium, from the key or click to the picture")
    for run in runs:
        line(run["what"], run["median_ms"], "ms", f"at worst {run['worst_ms']:,}; goal {run['goal_ms']}")


def main():
    found = {}
    for text in sys.stdin:
        run = json.loads(text)
        found.setdefault(run["bench"].split(".")[0], []).append(run)
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load {load:.1f} now; evtx and detect count their own CPU, what runs beside slows the rest")
    tables = {"evtx": evtx, "detect": detect, "match": match, "rules": rules, "latency": latency,
              "correlation": correlation, "indicator": indicator, "lake": lake, "ledger": ledger,
              "organisation": organisation, "api": api, "console": console}
    for name, table in tables.items():
        if name in found:
            table(found[name])


if __name__ == "__main__":
    main()
