"""The wire as Python sees it: the messages generated from proto/, and the methods.

`pb` holds every message class and every enum value of billing.v1 by its bare name;
METHODS says how each RPC is called.
"""
import collections
import importlib
import os
import pathlib
import sys
import types

if "BILLING_PROTOS" not in os.environ:
    raise SystemExit("BILLING_PROTOS must name the folder with the generated messages: "
                     "run this through ctest, or see tests/system/README.md")
sys.path.insert(0, os.environ["BILLING_PROTOS"])

from google.protobuf import descriptor_pb2, timestamp_pb2  # noqa: E402  (the path must be set first)
from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from google.type import money_pb2  # noqa: E402

# Every file of billing.v1 that there is: a new one is known by being there.
_FILES = tuple(
    importlib.import_module(f"billing.v1.{path.stem}") for path in
    sorted(pathlib.Path(os.environ["BILLING_PROTOS"], "billing/v1").glob("*_pb2.py")))

annotations = importlib.import_module("billing.v1.annotations_pb2")
pb = types.SimpleNamespace()
for _file in _FILES:
    for _name in _file.DESCRIPTOR.message_types_by_name:
        setattr(pb, _name, getattr(_file, _name))
    for _enum in _file.DESCRIPTOR.enum_types_by_name.values():
        for _value in _enum.values:
            setattr(pb, _value.name, _value.number)

Method = collections.namedtuple("Method", "path request response streams")


def _streams(method):
    """Whether the answer is a stream."""
    declared = descriptor_pb2.MethodDescriptorProto()
    method.CopyToProto(declared)
    return declared.server_streaming


METHODS = {
    method.name: Method(f"/{service.full_name}/{method.name}",
                        getattr(pb, method.input_type.name),
                        getattr(pb, method.output_type.name), _streams(method))
    for file in _FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}

# The methods that change something: those with a request in the Command oneof.
COMMANDS = {
    field.message_type.name.removesuffix("Request"): field.name
    for field in pb.Command.DESCRIPTOR.oneofs_by_name["command"].fields
}

# The name of each fact's field in Event.data, and the fact's name: card_added, CardAdded.
FACTS = {field.name: field.message_type.name
         for field in pb.Event.DESCRIPTOR.oneofs_by_name["data"].fields}

Money = money_pb2.Money
Timestamp = timestamp_pb2.Timestamp
Status = status_pb2.Status
ErrorInfo = error_details_pb2.ErrorInfo
BadRequest = error_details_pb2.BadRequest
PreconditionFailure = error_details_pb2.PreconditionFailure
RetryInfo = error_details_pb2.RetryInfo


def microseconds(timestamp):
    """A google.protobuf.Timestamp as microseconds since 1970."""
    return timestamp.seconds * 1_000_000 + timestamp.nanos // 1000
