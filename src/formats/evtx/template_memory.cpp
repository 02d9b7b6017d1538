#include "formats/evtx/template_memory.hpp"

namespace yagura::formats::evtx {

void TemplateMemory::begin_chunk(std::string_view chunk) {
  chunk_ = chunk;
  copy_.reset();
}

void TemplateMemory::remember(uint32_t identifier, uint32_t position) {
  if (chunk_.empty() || definitions_.size() >= templates_remembered_max || definitions_.contains(identifier)) return;
  if (!copy_) {
    if (copies_ >= chunks_remembered_max) return;
    copy_ = std::make_shared<const std::string>(chunk_);
    ++copies_;
  }
  definitions_.emplace(identifier, Definition{copy_, position});
}

const TemplateMemory::Definition* TemplateMemory::find(uint32_t identifier) const {
  const auto found = definitions_.find(identifier);
  return found == definitions_.end() ? nullptr : &found->second;
}

}  // namespace yagura::formats::evtx
