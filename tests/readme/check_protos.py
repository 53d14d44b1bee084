#!/usr/bin/env python3
"""Every message, field, enum, service and RPC of billing.v1 has a comment of its own.

  check_protos.py PROTOC IMPORTS   IMPORTS holds google/rpc and google/type
"""
import glob
import os
import subprocess
import sys

from google.protobuf import descriptor_pb2

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROTO = os.path.join(TOP, "proto")


def described(protoc, imports):
    files = sorted(glob.glob(os.path.join(PROTO, "billing/v1/*.proto")))
    compiled = subprocess.run([protoc, "-I" + PROTO, "-I" + imports, "--include_source_info",
                               "--descriptor_set_out=/dev/stdout"] + files,
                              stdout=subprocess.PIPE, check=True, timeout=60)
    return descriptor_pb2.FileDescriptorSet.FromString(compiled.stdout).file


def numbered(parent, repeated, path=()):
    """What `parent` holds in the field `repeated`, each with its path in the file."""
    number = parent.DESCRIPTOR.fields_by_name[repeated].number
    return [(one, path + (number, i)) for i, one in enumerate(getattr(parent, repeated))]


def parts_of_message(message, path, scope):
    """The message and all that it holds: what it is, its name, its path."""
    name = scope + message.name
    yield "message", name, path
    for field, field_path in numbered(message, "field", path):
        yield "field", f"{name}.{field.name}", field_path
    yield from parts_of_enums(message, path, name + ".")
    yield from parts_of_extensions(message, path, name + ".")
    for nested, nested_path in numbered(message, "nested_type", path):
        # A map's entry is not written down.
        if not nested.options.map_entry:
            yield from parts_of_message(nested, nested_path, name + ".")


def parts_of_enums(parent, path=(), scope=""):
    for enum, enum_path in numbered(parent, "enum_type", path):
        yield "enum", scope + enum.name, enum_path


def parts_of_extensions(parent, path=(), scope=""):
    for field, field_path in numbered(parent, "extension", path):
        yield "field", scope + field.name, field_path


def parts_of(file):
    for message, path in numbered(file, "message_type"):
        yield from parts_of_message(message, path, "")
    yield from parts_of_enums(file)
    yield from parts_of_extensions(file)
    for service, path in numbered(file, "service"):
        yield "service", service.name, path
        for method, method_path in numbered(service, "method", path):
            yield "rpc", f"{service.name}.{method.name}", method_path


def main():
    seen = 0
    bare = 0
    for file in described(*sys.argv[1:]):
        commented = {tuple(where.path) for where in file.source_code_info.location
                     if where.leading_comments.strip() or where.trailing_comments.strip()}
        for kind, name, path in parts_of(file):
            seen += 1
            if path not in commented:
                bare += 1
                print(f"{file.name}: {kind} {name} has no comment")
    if not seen:
        print(f"{PROTO} describes nothing")
    return 1 if bare or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
