#include "projections/rows/layer.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <functional>
#include <new>
#include <utility>

#include "projections/keyvalue/key_hash.h"

namespace billing::projections {

// In memory the node's links, one per level, come before it, the lowest nearest, and its
// key follows it: a search that passes a node mostly touches one cache line.
// Invariant: of the row below, readers touch only `position` until its batch has ended;
// so the writer may still change the rest.
struct Layer::Node {
  using Link = std::atomic<Node*>;
  static constexpr uint32_t kDeleted = UINT32_MAX;

  std::atomic<uint64_t> position;
  const char* value_data;
  uint32_t key_size;
  uint32_t value_size;  // kDeleted: no value

  Link& link(int level) { return *(reinterpret_cast<Link*>(this) - 1 - level); }
  Node* Next(int level) { return link(level).load(std::memory_order_acquire); }
  const Node* Next(int level) const { return const_cast<Node*>(this)->Next(level); }
  uint64_t Position() const { return position.load(std::memory_order_relaxed); }
  std::string_view Key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
  Change Row() const {
    if (value_size == kDeleted) return Change{};
    return Change{std::string_view(value_data, value_size)};
  }
  bool ComesBefore(std::string_view other_key, uint64_t other_position) const {
    const int order = Key().compare(other_key);
    return order < 0 || (order == 0 && Position() > other_position);
  }
};

namespace {

// Rows have positions from 1 on: no row of a key is at or below this one.
constexpr uint64_t kBeforeAll = 0;
constexpr uint64_t kNewest = UINT64_MAX;
// Rows that are searched for at once: about those of one command.
constexpr size_t kTogether = 8;
// Older states of one row are passed one by one this often; then a search is cheaper.
constexpr int kStepsMax = 8;
constexpr size_t kIndexPlacesMin = 1'024;

}  // namespace

// Open addressing with linear probing. Keys never leave it, so a search may stop at an empty
// place. One thread writes, any number read.
class Layer::Index {
 public:
  // Room for `keys` before it is to be replaced by a larger one.
  explicit Index(size_t keys)
      : mask_(std::bit_ceil(std::max(kIndexPlacesMin, keys + keys / 3 + 1)) - 1),
        places_(std::make_unique<Place[]>(mask_ + 1)) {}

  bool HasRoomFor(size_t keys) const { return keys <= (mask_ + 1) / 4 * 3; }

  Node* Find(std::string_view key, uint32_t hash) const {
    for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
      Node* const node = places_[i].node.load(std::memory_order_acquire);
      if (node == nullptr) return nullptr;
      if (places_[i].hash == hash && node->Key() == key) return node;
    }
  }

  void Prefetch(uint32_t hash) const { __builtin_prefetch(&places_[hash & mask_]); }

  // REQUIRES: there is room, if the key is new.
  void Set(Node* node, uint32_t hash) {
    for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
      Place& place = places_[i];
      const Node* const there = place.node.load(std::memory_order_relaxed);
      if (there != nullptr && (place.hash != hash || there->Key() != node->Key())) continue;
      if (there == nullptr) place.hash = hash;
      return place.node.store(node, std::memory_order_release);
    }
  }

  // All of an index that is smaller.
  void TakeFrom(const Index& other) {
    for (size_t i = 0; i <= other.mask_; ++i) {
      Node* const node = other.places_[i].node.load(std::memory_order_relaxed);
      if (node != nullptr) SetNew(node, other.places_[i].hash);
    }
  }

 private:
  struct Place {
    std::atomic<Node*> node{nullptr};
    // Written before the first node, and never again.
    uint32_t hash = 0;
  };

  // The key is not there yet; no reader is.
  void SetNew(Node* node, uint32_t hash) {
    size_t i = hash & mask_;
    while (places_[i].node.load(std::memory_order_relaxed) != nullptr) i = (i + 1) & mask_;
    places_[i].hash = hash;
    places_[i].node.store(node, std::memory_order_relaxed);
  }

  const size_t mask_;
  const std::unique_ptr<Place[]> places_;
};

namespace {

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
  index_.store(index.get(), std::memory_order_release);
  indexes_.push_back(std::move(index));
}

void Layer::BuildIndex() {
  if (!indexes_.empty()) return;
  auto index = std::make_unique<Index>(keys_);
  const Node* last = nullptr;
  for (Node* node = head_->Next(0); node != nullptr; node = node->Next(0)) {
    if (last == nullptr || last->Key() != node->Key()) index->Set(node, HashOf(node->Key()));
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

void Layer::IndexNewest(Node* node, uint32_t hash) {
  if (!indexes_.back()->HasRoomFor(keys_)) {
    auto larger = std::make_unique<Index>(2 * keys_);
    larger->TakeFrom(*indexes_.back());
    UseIndex(std::move(larger));
  }
  indexes_.back()->Set(node, hash);
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
  if (indexes_.empty()) {
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

// A search for the last nodes before a key, in steps: each looks at one node, of which the step
// before told the processor.
struct Layer::Search {
  const ChangedRow* row = nullptr;
  uint32_t hash = 0;
  bool is_new = false;
  Before before = {};
  int level = 0;
  Node* next = nullptr;
  const Node* not_before = nullptr;

  Node*& at(int of_level) { return before[static_cast<size_t>(of_level)]; }

  void Begin(Node* head, int top) {
    before.fill(head);
    level = top;
    Await(head->Next(top));
  }
  // False: it has ended.
  bool Step() {
    if (next != nullptr && next->ComesBefore(row->key, kNewest)) {
      at(level) = next;
    } else {
      not_before = next;
      if (--level < 0) return false;
      at(level) = at(level + 1);
    }
    // What was not before the key on one level is not on those below.
    while (at(level)->Next(level) == not_before) {
      if (--level < 0) return false;
      at(level) = at(level + 1);
    }
    Await(at(level)->Next(level));
    return true;
  }
  void Await(Node* node) {
    next = node;
    __builtin_prefetch(node);
  }
};

void Layer::PutTogether(std::span<const ChangedRow> rows, uint64_t position) {
  std::array<Search, kTogether> searches;
  std::array<Search*, kTogether> under_way;
  for (size_t i = 0; i < rows.size(); ++i) {
    searches[i].row = &rows[i];
    searches[i].hash = HashOf(rows[i].key);
    indexes_.back()->Prefetch(searches[i].hash);
  }
  size_t left = 0;
  const int top = height_.load(std::memory_order_relaxed) - 1;
  for (Search& search : std::span(searches).first(rows.size())) {
    const ChangedRow& row = *search.row;
    Node* const newest = indexes_.back()->Find(row.key, search.hash);
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
    IndexNewest(node, search.hash);
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

LayerCursor::LayerCursor(const Layer& layer, uint64_t position, const KeyRange& range, Order order,
                         size_t nodes_max)
    : layer_(layer), position_(position), range_(range), order_(order), nodes_left_(nodes_max) {
  switch (order_) {
    case Order::kAscending:
      SettleAscending(layer_.FindAtOrAfter(range_.begin, kNewest));
      break;
    case Order::kDescending:
      SettleDescending(range_.end.empty() ? layer_.FindLast() : layer_.FindLastBefore(range_.end));
      break;
  }
}

std::string_view LayerCursor::Key() const { return node_->Key(); }

Change LayerCursor::Row() const { return node_->Row(); }

void LayerCursor::Next() {
  switch (order_) {
    case Order::kAscending:
      return SettleAscending(layer_.FirstOfNextKey(node_));
    case Order::kDescending:
      return SettleDescending(layer_.FindLastBefore(node_->Key()));
  }
}

absl::Status LayerCursor::status() const {
  if (!has_failed_) return absl::OkStatus();
  return absl::ResourceExhaustedError("a layer has more in the range than may be looked at");
}

bool LayerCursor::IsInside(const Layer::Node* node) const {
  return node != nullptr && (range_.end.empty() || node->Key() < range_.end);
}

// The newest row at or below the position, from `node` on.
void LayerCursor::SettleAscending(const Layer::Node* node) {
  node_ = nullptr;
  for (int steps = 0; IsInside(node); ++steps) {
    has_failed_ = nodes_left_ == 0;
    if (has_failed_) return;
    --nodes_left_;
    if (node->Position() <= position_) {
      node_ = node;
      return;
    }
    node = steps < kStepsMax ? node->Next(0) : layer_.FindAtOrAfter(node->Key(), position_);
  }
}

void LayerCursor::SettleDescending(const Layer::Node* node) {
  // `node` is the oldest state of its key: if that is too new, so are all.
  while (node != nullptr && node->Key() >= range_.begin && node->Position() > position_) {
    node = layer_.FindLastBefore(node->Key());
  }
  const bool inside = node != nullptr && node->Key() >= range_.begin;
  node_ = inside ? layer_.FindAtOrAfter(node->Key(), position_) : nullptr;
}

}  // namespace billing::projections
