#include "projections/rows/layer.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <functional>
#include <new>
#include <utility>

#include "projections/keyvalue/key_hash.h"
#include "projections/rows/layer_index.h"
#include "projections/rows/layer_node.h"
#include "projections/rows/layer_search.h"

namespace billing::projections {
namespace {

// Rows that are searched for at once: about those of one command.
constexpr size_t kTogether = 8;

uint32_t HashOf(std::string_view key) { return static_cast<uint32_t>(KeyHash()(key)); }

}  // namespace

Layer::Layer(Finds finds, size_t keys_expected) {
  head_ = NewNode("", kHeightMax);
  before_.fill(head_);
  empty_bytes_ = nodes_.bytes();
  if (finds == Finds::kByIndex) UseIndex(std::make_unique<Index>(keys_expected));
}

Layer::~Layer() = default;

void Layer::UseIndex(std::unique_ptr<Index> index) {
  owned_index_ = std::move(index);
  index_.store(owned_index_.get(), std::memory_order_release);
}

void Layer::BuildIndex() {
  if (owned_index_ != nullptr) return;
  auto index = std::make_unique<Index>(keys_);
  const Node* last = nullptr;
  for (Node* node = head_->Next(0); node != nullptr; node = node->Next(0)) {
    const bool is_newest = last == nullptr || last->Key() != node->Key();
    if (is_newest) index->Set(node, HashOf(node->Key()), /*is_new_key=*/true);
    last = node;
  }
  UseIndex(std::move(index));
}

Layer::Node* Layer::NodeOf(std::string_view key, Node* at_or_after) {
  return at_or_after != nullptr && at_or_after->Key() == key ? at_or_after : nullptr;
}

Layer::Node* Layer::FindNewest(std::string_view key) const {
  const Index* index = index_.load(std::memory_order_acquire);
  if (index != nullptr) return index->Find(key, HashOf(key));
  return NodeOf(key, FindAtOrAfter(key, kNewest));
}

Layer::Node* Layer::NewNode(std::string_view key, int height) {
  assert(key.size() < UINT32_MAX);
  const size_t links_bytes = static_cast<size_t>(height) * sizeof(Node::Link);
  char* const memory = nodes_.Allocate(links_bytes + sizeof(Node) + key.size());
  Node* const node =
      new (memory + links_bytes) Node{0, nullptr, static_cast<uint32_t>(key.size()), 0};
  std::memcpy(memory + links_bytes + sizeof(Node), key.data(), key.size());
  for (int level = 0; level < height; ++level) new (&node->link(level)) Node::Link(nullptr);
  return node;
}

void Layer::SetRow(Node* node, std::optional<std::string_view> value, uint64_t position) {
  node->value_data = nullptr;
  node->value_size = Node::kDeleted;
  if (value.has_value()) {
    assert(value->size() < Node::kDeleted);
    node->value_size = static_cast<uint32_t>(value->size());
    if (!value->empty()) {
      char* const data = values_.Allocate(value->size());
      std::memcpy(data, value->data(), value->size());
      node->value_data = data;
    }
  }
  node->position.store(position, std::memory_order_relaxed);
}

// One node in four reaches each next level.
int Layer::RandomHeight() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  const int height = 1 + std::countr_zero(random_ | uint64_t{1} << (2 * (kHeightMax - 1))) / 2;
  assert(height <= kHeightMax);
  return height;
}

void Layer::Put(std::span<const ChangedRow> rows, uint64_t position) {
  assert(position > batch_end_);
  assert(rows.empty() || !rows.front().key.empty());
  assert(std::ranges::adjacent_find(rows, std::greater_equal<>(), &ChangedRow::key) == rows.end());
  if (owned_index_ == nullptr) {
    for (const ChangedRow& row : rows) PutBySearch(row, position);
    return;
  }
  while (!rows.empty()) {
    const size_t count = std::min(rows.size(), kTogether);
    PutTogether(rows.first(count), position);
    rows = rows.subspan(count);
  }
}

void Layer::PutBySearch(const ChangedRow& row, uint64_t position) {
  FindBefore(row.key);
  Node* const newest = NodeOf(row.key, before_.front()->Next(0));
  assert(newest == nullptr || newest->Position() <= position);
  // No reader can ask for a state within a batch.
  if (newest != nullptr && newest->Position() > batch_end_) {
    last_put_ = newest;
    return SetRow(newest, row.value, position);
  }
  last_put_ = Link(row, position, before_);
  if (newest == nullptr) ++keys_;
}

void Layer::PutTogether(std::span<const ChangedRow> rows, uint64_t position) {
  std::array<Search, kTogether> searches;
  std::array<Search*, kTogether> under_way;
  for (size_t i = 0; i < rows.size(); ++i) {
    searches[i].row = &rows[i];
    searches[i].hash = HashOf(rows[i].key);
    owned_index_->Prefetch(searches[i].hash);
  }
  size_t left = 0;
  const int top = height_.load(std::memory_order_relaxed) - 1;
  for (Search& search : std::span(searches).first(rows.size())) {
    const ChangedRow& row = *search.row;
    Node* const newest = owned_index_->Find(row.key, search.hash);
    assert(newest == nullptr || newest->Position() <= position);
    // No reader can ask for a state within a batch.
    if (newest != nullptr && newest->Position() > batch_end_) {
      SetRow(newest, row.value, position);
      search.row = nullptr;
      continue;
    }
    search.is_new = newest == nullptr;
    search.Begin(head_, top);
    under_way[left++] = &search;
  }
  while (left > 0) {
    for (size_t i = 0; i < left;) {
      if (under_way[i]->Step()) {
        ++i;
      } else {
        under_way[i] = under_way[--left];
      }
    }
  }
  for (Search& search : std::span(searches).first(rows.size())) {
    if (search.row == nullptr) continue;
    Node* const node = Link(*search.row, position, search.before);
    if (search.is_new) ++keys_;
    owned_index_->Set(node, search.hash, search.is_new);
  }
}

Layer::Node* Layer::Link(const ChangedRow& row, uint64_t position, Before& before) {
  const int height = RandomHeight();
  if (height > height_.load(std::memory_order_relaxed)) {
    height_.store(height, std::memory_order_relaxed);
  }
  Node* const node = NewNode(row.key, height);
  SetRow(node, row.value, position);
  for (int level = 0; level < height; ++level) {
    Node*& last = before[static_cast<size_t>(level)];
    // Past what was put since it was found.
    for (Node* next = last->Next(level); next != nullptr && next->ComesBefore(row.key, kNewest);
         next = last->Next(level)) {
      last = next;
    }
    Node::Link& link = last->link(level);
    node->link(level).store(link.load(std::memory_order_relaxed), std::memory_order_relaxed);
    link.store(node, std::memory_order_release);
    last = node;
  }
  return node;
}

std::optional<Change> Layer::Find(std::string_view key, uint64_t position) const {
  const Node* node = FindNewest(key);
  for (int steps = 0; node != nullptr && node->Position() > position; ++steps) {
    node = steps < kStepsMax ? node->Next(0) : FindAtOrAfter(key, position);
    if (node != nullptr && node->Key() != key) return std::nullopt;
  }
  if (node == nullptr) return std::nullopt;
  return node->Row();
}

Layer::Node* Layer::FindAtOrAfter(std::string_view key, uint64_t position) const {
  Node* node = head_;
  const Node* not_before = nullptr;
  for (int level = height_.load(std::memory_order_relaxed) - 1;;) {
    Node* const next = node->Next(level);
    if (next != nullptr && next != not_before && next->ComesBefore(key, position)) {
      node = next;
      continue;
    }
    if (level == 0) return next;
    not_before = next;
    --level;
  }
}

void Layer::FindBefore(std::string_view key) {
  const auto before = [this](int level) -> Node*& { return before_[static_cast<size_t>(level)]; };
  const auto is_before = [key](const Node* node) {
    return node != nullptr && node->ComesBefore(key, kNewest);
  };
  const int top = height_.load(std::memory_order_relaxed) - 1;
  int level = 0;
  if (last_put_ != nullptr && last_put_->Key() < key) {
    // On levels above the first on which the next node is not before the key, none is.
    while (level < top && is_before(before(level + 1)->Next(level + 1))) ++level;
  } else {
    level = top;
    before(level) = head_;
  }
  Node* node = before(level);
  const Node* not_before = nullptr;
  for (;;) {
    Node* const next = node->Next(level);
    if (next != not_before && is_before(next)) {
      node = next;
      continue;
    }
    before(level) = node;
    if (level == 0) return;
    not_before = next;
    --level;
  }
}

Layer::Node* Layer::FindLastBefore(std::string_view key) const {
  Node* node = head_;
  for (int level = height_.load(std::memory_order_relaxed) - 1; level >= 0; --level) {
    for (Node* next = node->Next(level); next != nullptr && next->Key() < key;
         next = node->Next(level)) {
      node = next;
    }
  }
  return node == head_ ? nullptr : node;
}

Layer::Node* Layer::FindLast() const {
  Node* node = head_;
  for (int level = height_.load(std::memory_order_relaxed) - 1; level >= 0; --level) {
    for (Node* next = node->Next(level); next != nullptr; next = node->Next(level)) node = next;
  }
  return node == head_ ? nullptr : node;
}

const Layer::Node* Layer::FirstOfNextKey(const Node* node) const {
  const std::string_view key = node->Key();
  for (int steps = 0; steps < kStepsMax; ++steps) {
    node = node->Next(0);
    if (node == nullptr || node->Key() != key) return node;
  }
  return FindAtOrAfter(key, kBeforeAll);
}

}  // namespace billing::projections
