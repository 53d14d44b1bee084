#include <memory>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/command_line.h"

namespace billing::billingctl {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

}  // namespace

void AddHealthVerb(CommandLine& line) {
  auto request = std::make_shared<HealthCheckRequest>();
  CLI::App* verb = line.AddPlain(
      {&line.root(), "health", "Asks whether the server serves; exit code 9 when it does not"},
      [=](const Context& context) {
        const Answer<HealthCheckResponse> answer =
            context.session.Call(&grpc::health::v1::Health::Stub::Check, *request);
        if (const Failure* failure = std::get_if<Failure>(&answer)) {
          return Fail(context, *failure);
        }
        const HealthCheckResponse& response = std::get<HealthCheckResponse>(answer);
        const std::string status = HealthCheckResponse::ServingStatus_Name(response.status());
        if (context.json) {
          const ExitCode code = PrintJson(context, response, JsonLayout::kIndented);
          if (code != ExitCode::kOk) return code;
        } else {
          context.out << status << '\n';
        }
        return response.status() == HealthCheckResponse::SERVING ? ExitCode::kOk
                                                                 : ExitCode::kUnavailable;
      });
  verb->add_option_function<std::string>(
      "service", [request](const std::string& name) { request->set_service(name); },
      "E.g. billing.v1.PaymentMethodService; default: the whole server");
}

}  // namespace billing::billingctl
