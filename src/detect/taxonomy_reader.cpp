#include <algorithm>
#include <system_error>

#include "base/text.hpp"
#include "base/yaml.hpp"
#include "detect/fold.hpp"
#include "detect/taxonomy.hpp"
#include "event/value.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

/// Reads one file of the catalogue into a taxonomy. Wrong entries are thrown and caught in read().
class TaxonomyReader {
 public:
  TaxonomyReader(Taxonomy& into, std::string file) : into_(into), file_(std::move(file)) {}

  Diagnosed<void> read(const YAML::Node& document) {
    try {
      read_document(document);
    } catch (const Diagnostic& wrong) {
      return std::unexpected(wrong);
    } catch (const YAML::Exception& e) {
      return std::unexpected(Diagnostic{"taxonomy.yaml", file_, e.mark.line + 1, e.mark.column + 1, e.msg, ""});
    }
    return {};
  }

 private:
  [[noreturn]] void refuse(const YAML::Node& at, std::string what) const {
    throw Diagnostic{"taxonomy.wrong_entry", file_,           at.Mark().line + 1,
                     at.Mark().column + 1,   std::move(what), "see catalog/sigma/README.md"};
  }

  std::vector<std::string> texts(const YAML::Node& node) const {
    std::vector<std::string> out;
    if (node.IsScalar()) out.push_back(node.Scalar());
    for (const YAML::Node& item : node) {
      if (!item.IsScalar()) refuse(item, "a text is expected");
      out.push_back(item.Scalar());
    }
    if (out.empty()) refuse(node, "a text or a list of texts is expected");
    return out;
  }

  static std::vector<std::string> lowered(std::vector<std::string> texts) {
    for (std::string& text : texts) text = ascii_lower(text);
    return texts;
  }

  void read_document(const YAML::Node& document) {
    if (!document.IsMap()) refuse(document, "a map is expected");
    for (const auto& entry : document) {
      const std::string& key = entry.first.Scalar();
      if (key == "structured_formats") {
        for (const std::string& format : texts(entry.second)) into_.structured_formats_.push_back(format);
      } else if (key == "every_route") {
        every_ = read_test(entry.second, nullptr);
      } else if (key == "field_maps") {
        for (const auto& map : entry.second) maps_[map.first.Scalar()] = read_fields(map.second);
      } else if (key != "log_sources") {
        refuse(entry.first, "'" + key + "' is not known here");
      }
    }
    if (const YAML::Node sources = document["log_sources"]; sources.IsDefined())
      for (const YAML::Node& source : sources) read_source(source);
  }

  void read_source(const YAML::Node& node) {
    if (!node.IsMap()) refuse(node, "a log source is a map");
    Taxonomy::Entry out;
    for (const auto& entry : node) {
      const std::string& key = entry.first.Scalar();
      if (key == "product")
        out.source.product = entry.second.as<std::string>();
      else if (key == "category")
        out.source.category = entry.second.as<std::string>();
      else if (key == "service")
        out.source.service = entry.second.as<std::string>();
      else if (key != "routes")
        refuse(entry.first, "'" + key + "' is no part of a log source");
    }
    const YAML::Node routes = node["routes"];
    if (out.source == LogSource{} || !routes.IsDefined() || !routes.IsSequence() || routes.size() == 0)
      refuse(node, "a log source has a product, category or service, and routes");
    for (const YAML::Node& route : routes) {
      auto fields = std::make_shared<const FieldMap>();
      EventTest test = read_test(route, &fields);
      if (test == EventTest{}) refuse(route, "a route that tests nothing would take every event");
      if (test.formats.empty()) test.formats = every_.formats;
      out.routes.emplace_back(std::move(test), std::move(fields));
    }
    into_.entries_.push_back(std::move(out));
  }

  EventTest read_test(const YAML::Node& node, std::shared_ptr<const FieldMap>* fields) {
    if (!node.IsMap()) refuse(node, "a map is expected");
    EventTest out;
    for (const auto& entry : node) {
      const std::string& key = entry.first.Scalar();
      if (key == "format") {
        out.formats = texts(entry.second);
      } else if (key == "channel") {
        out.channels = lowered(texts(entry.second));
      } else if (key == "provider") {
        out.providers = lowered(texts(entry.second));
      } else if (key == "event_id") {
        for (const std::string& text : texts(entry.second)) {
          const auto id = event::as_integer({event::Kind::string, text});
          if (!id) refuse(entry.second, "'" + text + "' is no event id");
          out.event_ids.push_back(*id);
        }
      } else if (key == "present") {
        out.present = texts(entry.second);
      } else if (key == "equal") {
        for (const auto& field : entry.second) {
          auto& values = out.equal[field.first.Scalar()];
          for (const std::string& value : texts(field.second)) values.push_back(fold_case(value));
        }
      } else if (key == "fields" && fields) {
        const auto found = maps_.find(entry.second.as<std::string>());
        if (found == maps_.end()) refuse(entry.second, "there is no such field map above");
        *fields = found->second;
      } else {
        refuse(entry.first, "'" + key + "' is no part of a route");
      }
    }
    return out;
  }

  std::shared_ptr<const FieldMap> read_fields(const YAML::Node& node) const {
    auto out = std::make_shared<FieldMap>();
    for (const auto& entry : node) {
      FieldSource source;
      if (entry.second.IsScalar()) {
        source.names = {entry.second.Scalar()};
      } else {
        for (const auto& part : entry.second) {
          const std::string& key = part.first.Scalar();
          if (key == "from") {
            source.names = texts(part.second);
          } else if (key == "joint") {
            source.joint = part.second.as<std::string>();
          } else if (key == "values") {
            for (const auto& value : part.second) source.values[value.first.Scalar()] = value.second.Scalar();
          } else if (key == "prefixes") {
            for (const auto& value : part.second)
              source.prefixes.emplace_back(value.first.Scalar(), value.second.Scalar());
          } else {
            refuse(part.first, "'" + key + "' is no part of a field's source");
          }
        }
      }
      if (source.names.empty()) refuse(entry.first, "the field's source names no field");
      (*out)[entry.first.Scalar()] = std::move(source);
    }
    return out;
  }

  Taxonomy& into_;
  std::string file_;
  EventTest every_;
  std::map<std::string, std::shared_ptr<const FieldMap>> maps_;
};

Diagnosed<Taxonomy> Taxonomy::load(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ".yaml") files.push_back(it->path());
  if (error || files.empty())
    return std::unexpected(Diagnostic{"taxonomy.unreadable", folder.string(), 0, 0, "no taxonomy can be read there",
                                      "it is installed as catalog/sigma"});
  std::ranges::sort(files);
  Taxonomy out;
  for (const fs::path& file : files) {
    const auto documents = load_yaml(file);
    if (!documents) return std::unexpected(documents.error());
    TaxonomyReader reader(out, file.string());
    for (const YAML::Node& document : *documents)
      if (auto read = reader.read(document); !read) return std::unexpected(read.error());
  }
  return out;
}

}  // namespace yagura::detect
