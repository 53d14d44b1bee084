#include "server/config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "gtest/gtest.h"

namespace billing::server {
namespace {

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "config-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = folder_ / "billingd.toml";
  }
  ~ConfigTest() override { std::filesystem::remove_all(folder_); }

  void HaveFile(const std::string& text) { std::ofstream(file_) << text; }

  static std::variant<Config, EarlyEnd> ReadWith(std::vector<std::string> flags) {
    std::vector<const char*> argv = {"billingd"};
    for (const std::string& flag : flags) argv.push_back(flag.c_str());
    return ReadConfig(static_cast<int>(argv.size()), argv.data());
  }
  std::variant<Config, EarlyEnd> ReadFileWith(std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"--config", file_.string(), "--insecure-dev"});
    return ReadWith(std::move(flags));
  }

  static Config Good(const std::variant<Config, EarlyEnd>& read) {
    const auto* end = std::get_if<EarlyEnd>(&read);
    EXPECT_EQ(end, nullptr) << end->text;
    return end == nullptr ? std::get<Config>(read) : Config();
  }
  static std::string Wrong(const std::variant<Config, EarlyEnd>& read) {
    const auto* end = std::get_if<EarlyEnd>(&read);
    if (end == nullptr) return "nothing";
    EXPECT_EQ(end->code, ExitCode::kUsage);
    EXPECT_EQ(end->text.find('\n'), std::string::npos) << end->text;
    return end->text;
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(ConfigTest, AFolderIsNoFile) {
  const std::string wrong = Wrong(ReadWith({"--insecure-dev", "--config", folder_.string()}));
  EXPECT_NE(wrong.find("is a directory"), std::string::npos) << wrong;
}

TEST_F(ConfigTest, DefaultsAreTheDesigns) {
  const Config config = Good(ReadWith({"--insecure-dev"}));
  EXPECT_EQ(config.data_dir, "./data");
  EXPECT_EQ(config.listen.text(), "127.0.0.1:50051");
  EXPECT_EQ(config.http_listen->text(), "127.0.0.1:8080");
  EXPECT_EQ(config.refusals_per_minute, 600u);
  EXPECT_EQ(config.read_threads, 2u);
  EXPECT_EQ(config.min_position_wait_ms, 2'000u);
  EXPECT_FALSE(config.accept_clock || config.rebuild_views || config.check_config);
}

TEST_F(ConfigTest, TheFileOverridesDefaultsAndFlagsOverrideTheFile) {
  HaveFile(
      "data_dir = '/var/lib/billingd'\nlisten = 'localhost:1'\nqueue_max = 5\n"
      "insecure_dev = true\nlog_level = 'warning'\n");
  const Config config = Good(ReadFileWith({"--listen", "[::1]:0"}));
  EXPECT_EQ(config.data_dir, "/var/lib/billingd");
  EXPECT_EQ(config.listen.text(), "[::1]:0");
  EXPECT_EQ(config.queue_max, 5u);
  EXPECT_EQ(config.log_level, LogLevel::kWarning);
}

TEST_F(ConfigTest, EveryFlagIsTaken) {
  const Config config = Good(ReadWith({"--insecure-dev",
                                       "--accept-clock",
                                       "--rebuild-views",
                                       "--check-config",
                                       "--data-dir",
                                       "d",
                                       "--listen",
                                       "127.1.2.3:4",
                                       "--http-listen",
                                       "none",
                                       "--refusals-per-minute",
                                       "0",
                                       "--queue-max",
                                       "7",
                                       "--free-bytes-min",
                                       "8",
                                       "--min-position-wait-ms",
                                       "9",
                                       "--read-threads",
                                       "10",
                                       "--channelz",
                                       "--log-level",
                                       "off"}));
  EXPECT_TRUE(config.accept_clock && config.rebuild_views && config.check_config);
  EXPECT_EQ(config.data_dir, "d");
  EXPECT_EQ(config.listen.text(), "127.1.2.3:4");
  EXPECT_FALSE(config.http_listen);
  EXPECT_EQ(config.refusals_per_minute, 0u);
  EXPECT_EQ(config.queue_max, 7u);
  EXPECT_EQ(config.free_bytes_min, 8u);
  EXPECT_EQ(config.min_position_wait_ms, 9u);
  EXPECT_EQ(config.read_threads, 10u);
  EXPECT_TRUE(config.channelz);
  EXPECT_EQ(config.log_level, LogLevel::kOff);
}

TEST_F(ConfigTest, AnUnknownKeyIsNamedWithItsLine) {
  HaveFile("queue_max = 5\nqueue_min = 1\n");
  EXPECT_EQ(Wrong(ReadFileWith()),
            "billingd: " + file_.string() + ":2: queue_min is not a setting");
}

TEST_F(ConfigTest, AWrongTypeOrValueIsNamedWithItsLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"queue_max = '5'", "queue_max must be a whole number from 1 to 1000000"},
      {"queue_max = 0", "queue_max must be a whole number from 1 to 1000000"},
      {"queue_max = 1.5", "queue_max must be a whole number from 1 to 1000000"},
      {"insecure_dev = 1", "insecure_dev must be true or false"},
      {"listen = 50051", "listen must be address:port"},
      {"listen = 'example.org:1'", "listen must be address:port"},
      {"log_level = 'loud'", "log_level must be debug, info, warning, error, critical or off"},
      {"accept_clock = true", "accept_clock is for one start: use --accept-clock"},
  };
  for (const auto& [line, wrong] : cases) {
    HaveFile(std::string("\n") + line + "\n");
    EXPECT_EQ(Wrong(ReadFileWith()), "billingd: " + file_.string() + ":2: " + wrong);
  }
}

TEST_F(ConfigTest, AFileThatDoesNotParseOrIsNotThereIsAnError) {
  HaveFile("queue_max = = 5\n");
  EXPECT_NE(Wrong(ReadFileWith()).find(file_.string() + ":1: "), std::string::npos);
  std::filesystem::remove(file_);
  EXPECT_NE(Wrong(ReadFileWith()).find(file_.string()), std::string::npos);
}

TEST_F(ConfigTest, ABadFlagIsNamed) {
  EXPECT_NE(Wrong(ReadWith({"--bogus"})).find("--bogus"), std::string::npos);
  EXPECT_EQ(Wrong(ReadWith({"--insecure-dev", "--read-threads", "many"})),
            "billingd: --read-threads must be a whole number from 1 to 64");
  EXPECT_EQ(Wrong(ReadWith({"--insecure-dev", "--listen", "50051"})),
            "billingd: --listen must be address:port");
}

TEST_F(ConfigTest, WithoutCredentialsItRefusesToStart) {
  EXPECT_NE(Wrong(ReadWith({})).find("no credentials"), std::string::npos);
}

TEST_F(ConfigTest, InsecureDevListensOnLoopbackOnly) {
  for (const char* address : {"0.0.0.0:1", "192.168.1.1:1", "[::]:1", "128.0.0.1:1"}) {
    EXPECT_NE(Wrong(ReadWith({"--insecure-dev", "--listen", address})).find("loopback"),
              std::string::npos)
        << address;
    EXPECT_NE(Wrong(ReadWith({"--insecure-dev", "--http-listen", address})).find("loopback"),
              std::string::npos)
        << address;
  }
}

TEST_F(ConfigTest, BothServersNeedAPortOfTheirOwn) {
  const auto read = [](const char* listen, const char* http_listen) {
    return ReadWith({"--insecure-dev", "--listen", listen, "--http-listen", http_listen});
  };
  EXPECT_EQ(Wrong(read("localhost:5", "127.0.0.1:5")),
            "billingd: --listen and --http-listen are both 127.0.0.1:5: each needs a port of its "
            "own");
  Good(read("127.0.0.1:0", "127.0.0.1:0"));
  Good(read("127.0.0.1:5", "127.0.0.2:5"));
  Good(read("127.0.0.1:5", "none"));
}

TEST_F(ConfigTest, HelpAndVersionEndWell) {
  for (const char* flag : {"--help", "--version"}) {
    const auto read = ReadWith({flag});
    ASSERT_TRUE(std::holds_alternative<EarlyEnd>(read));
    EXPECT_EQ(std::get<EarlyEnd>(read).code, ExitCode::kOk);
    EXPECT_NE(std::get<EarlyEnd>(read).text.find("billingd"), std::string::npos);
  }
}

TEST_F(ConfigTest, HelpTellsTypesRangesAndUnits) {
  const auto read = ReadWith({"--help"});
  const std::string& help = std::get<EarlyEnd>(read).text;
  for (const char* told :
       {"--config FILE ", "--data-dir DIR ", "--listen ADDRESS:PORT ", "--log-level LEVEL ",
        "--queue-max 1..1000000 ", "--read-threads 1..64 ", "--min-position-wait-ms 0..60000 ",
        "milliseconds that", "--free-bytes-min 0..1125899906842624 ", "bytes of free disk space"}) {
    EXPECT_NE(help.find(told), std::string::npos) << told << " is not in:\n" << help;
  }
  EXPECT_EQ(help.find(" TEXT"), std::string::npos) << help;
}

}  // namespace
}  // namespace billing::server
