// A vault in a folder of its own, shared by all runs of a test.
#ifndef BILLING_TESTS_MODEL_MODEL_FIXTURE_H_
#define BILLING_TESTS_MODEL_MODEL_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "eventstore/vault/vault.h"

namespace billing::model {

class ModelTest : public testing::Test {
 protected:
  ModelTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "model-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    auto vault = eventstore::Vault::Open(
        {.directory = (folder_ / "keys").string(), .log_id = std::string(32, '0')});
    EXPECT_TRUE(vault.ok()) << vault.status();
    vault_ = *std::move(vault);
  }
  ~ModelTest() override {
    vault_.reset();
    std::filesystem::remove_all(folder_);
  }

  eventstore::Vault* vault() const { return vault_.get(); }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<eventstore::Vault> vault_;
};

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_MODEL_FIXTURE_H_
