#!/usr/bin/env python3
"""Every crate in the build comes from the registry and under a licence that may ship.

Reads `cargo metadata`, which fetches the manifests of crates for other systems too: a machine that has
only built needs the network once. Prints what it refuses.
"""
import json
import subprocess
import sys

ALLOWED = {
    "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Unicode-3.0", "Unlicense", "MPL-2.0",
    # Mozilla's list of authorities, for systems without one of their own; a licence for data.
    "CDLA-Permissive-2.0",
    "CC0-1.0", "0BSD", "BSL-1.0", "MIT-0", "Apache-2.0 WITH LLVM-exception",
}
# sled is pinned exactly: its file format is unsettled between releases.
PINNED = {"sled": "0.34.7"}


def allowed(expression):
    """Whether some choice within an SPDX expression is made of allowed licences only."""
    expression = expression.replace("/", " OR ").replace("(", " ( ").replace(")", " ) ")
    tokens = expression.split()

    def either(at):
        value, at = both(at)
        while at < len(tokens) and tokens[at] == "OR":
            right, at = both(at + 1)
            value = value or right
        return value, at

    def both(at):
        value, at = single(at)
        while at < len(tokens) and tokens[at] == "AND":
            right, at = single(at + 1)
            value = value and right
        return value, at

    def single(at):
        if tokens[at] == "(":
            value, at = either(at + 1)
            return value, at + 1
        name = tokens[at]
        at += 1
        if at < len(tokens) and tokens[at] == "WITH":
            name += " WITH " + tokens[at + 1]
            at += 2
        return name in ALLOWED, at

    return either(0)[0]


def main():
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--locked", "--format-version", "1"]))
    faults = []
    for package in metadata["packages"]:
        name = f"{package['name']} {package['version']}"
        if package["source"] is None:
            continue
        if not package["source"].startswith("registry+"):
            faults.append(f"{name}: comes from {package['source']}, not from the registry")
        if not package["license"] or not allowed(package["license"]):
            faults.append(f"{name}: licence {package['license']!r} is not on the list")
        if PINNED.get(package["name"], package["version"]) != package["version"]:
            faults.append(f"{name}: must be exactly {PINNED[package['name']]}")
    print(f"{len(metadata['packages'])} crates looked at")
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
