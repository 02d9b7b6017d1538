#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "app/commands.hpp"
#include "app/fault.hpp"
#include "app/input.hpp"
#include "app/say.hpp"
#include "event/event_json.hpp"

namespace yagura::app {

Exit run_decode(const CommonOptions&, const DecodeOptions& options) {
  const auto choice = choose_input(options.input_format, options.encoding);
  if (!choice) return say(choice.error());
  Counters counters;
  pipeline::DecodeOptions decode;
  decode.counters = &counters;
  decode.format = choice->format;
  decode.input.encoding = choice->encoding;
  if (!options.received.empty()) {
    decode.received = parse_time(options.received);
    if (!decode.received) return say(fault(ErrorKind::invalid, "received"));
  }
  pipeline::InputOutcome outcome;
  std::signal(SIGPIPE, SIG_DFL);  // who reads as far as `| head` has had enough: end as every filter does
  const auto print = [](event::Batch&& batch) -> Status {
    std::string out;
    for (const event::Event& event : batch.events()) out += event::event_to_json(batch, event) + '\n';
    if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size())
      return std::unexpected(fault(ErrorKind::io, "unwritable", {{"file", "-"}}));
    return {};
  };
  for (const auto& file : pipeline::list_inputs(to_paths(options.paths), outcome.failures))
    if (auto status = pipeline::decode_input(file, decode, print, outcome); !status) return say(status.error());
  return say_failures(outcome.failures);
}

}  // namespace yagura::app
