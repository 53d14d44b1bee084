// The read models: which there are, what each answers, and the rows that it consists of.
// Source: design page "The domain", Read models.
#ifndef BILLING_PROJECTIONS_STATE_READ_MODELS_H_
#define BILLING_PROJECTIONS_STATE_READ_MODELS_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace billing::projections {

struct ReadModel {
  std::string_view name;         // `cards-in-use`
  std::string_view description;  // what it answers, in words
  // First bytes of its rows' keys (keys.h). A view may be part of several.
  std::span<const uint8_t> views;
};

// All of them, by name. Every view is part of at least one.
std::span<const ReadModel> ReadModels();

// Null when there is none of this name.
const ReadModel* FindReadModel(std::string_view name);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_STATE_READ_MODELS_H_
