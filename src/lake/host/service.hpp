// Answers one socket connection: the part of ClickHouse's HTTP interface that our client and the official
// ones use. GET and POST /, /ping and /replicas_status; `query`, `database`, `default_format`, `param_*` and
// settings in the URL; a statement or INSERT data in the body, chunked or not.
#pragma once

#include <atomic>

#include "lake/host/engine.hpp"
#include "lake/wire.hpp"

namespace yagura::lake::host {

constexpr size_t request_body_bytes_max = 1ull << 30;     // of one INSERT
constexpr size_t statement_bytes_max = 16 << 20;          // of a statement given in the body
constexpr auto idle_time_max = std::chrono::minutes(10);  // between two requests of a connection
constexpr auto body_time_max = std::chrono::minutes(5);   // for a request to arrive whole

/// Answers requests until the peer closes, an unreadable request came or `stopping`.
void serve_connection(Engine& engine, Wire wire, const std::atomic<bool>& stopping);

}  // namespace yagura::lake::host
