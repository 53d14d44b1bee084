// billing-bench: how fast billingd is, beside a bare gRPC echo in the same run.
#include <CLI/CLI.hpp>
#include <filesystem>

#include "tools/bench/commands.h"
#include "tools/bench/echo.h"

int main(int argc, char** argv) {
  CLI::App app("Measures billingd beside a bare gRPC echo in the same run.");
  app.require_subcommand(1);

  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  billing::bench::CommandsOptions commands;
  commands.self = self;
  commands.billingd = self.parent_path() / "billingd";
  commands.folder = std::filesystem::temp_directory_path();
  CLI::App* measure = app.add_subcommand("commands", "durable AddCard against the echo");
  measure->add_option("--commands", commands.commands, "commands of one run")
      ->capture_default_str();
  measure->add_option("--connections", commands.connections)->capture_default_str();
  measure->add_option("--in-flight", commands.in_flight, "calls in flight, in all")
      ->capture_default_str();
  measure->add_option("--runs", commands.runs)->capture_default_str();
  measure->add_option("--folder", commands.folder, "where the store is made")
      ->capture_default_str();
  measure->add_flag("--json", commands.json, "one object a run");

  size_t reply_bytes = 64;
  CLI::App* echo = app.add_subcommand("echo", "serve the echo (used by the other verbs)");
  echo->add_option("--reply-bytes", reply_bytes)->capture_default_str();

  CLI11_PARSE(app, argc, argv);
  if (echo->parsed()) return billing::bench::ServeEcho(reply_bytes);
  return billing::bench::MeasureCommands(commands);
}
