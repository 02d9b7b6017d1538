#pragma once

#include <deque>
#include <memory>
#include <string>

#include "pipeline/input.hpp"

namespace yagura::pipeline {

/// The one InputStream: raw blocks of input_block_bytes out of a source, transcoded where they need it.
class SourceStream : public InputStream {
 public:
  SourceStream(std::string name, std::string file_name, Timestamp modified, ByteSource& source, Encoding encoding);
  ~SourceStream() override;

  const std::string& name() const override { return name_; }
  std::string_view file_name() const override { return file_name_; }
  Timestamp modified() const override { return modified_; }
  std::string_view head() override;
  bool next(formats::Block& block) override;
  const std::optional<Error>& failure() const override { return failure_; }
  uint64_t replaced() const override { return transcoder_ ? transcoder_->replaced() : 0; }
  Encoding encoding() const override { return encoding_; }
  /// Drawn from the source so far.
  uint64_t raw_bytes() const { return raw_bytes_; }

 private:
  bool produce(formats::Block& block);
  void decide(std::string_view raw);
  formats::Block transcode(std::string_view raw, bool last);

  std::string name_;
  std::string file_name_;
  Timestamp modified_;
  ByteSource& source_;
  Encoding encoding_;
  std::unique_ptr<Transcoder> transcoder_;
  std::optional<Error> failure_;
  std::deque<formats::Block> ahead_;  // read for head(), still to be given
  uint64_t offset_ = 0;
  uint64_t raw_bytes_ = 0;
  bool at_start_ = true;
  bool ended_ = false;
};

}  // namespace yagura::pipeline
