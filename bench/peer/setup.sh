#!/bin/sh
# Makes bench/.venv, the environment of the pipeline that Midway is compared with: every package by version and hash.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=$(dirname "$here")/.venv
python=${PYTHON:-python3.11}

"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || {
    echo "The pipeline to compare with is locked for Python 3.11: name one with PYTHON=/path/to/python3.11 $0" >&2
    exit 1
}
stamp=$(cat "$here/requirements.lock" "$here/torch.lock" | cksum)
[ "$(cat "$venv/peer.stamp" 2>/dev/null)" = "$stamp" ] && exit 0

echo "Setting up bench/.venv (some 110 packages, about 2 GB; once) ..."
rm -rf "$venv"
"$python" -m venv "$venv"
# pip, not uv: it also looks where PIP_FIND_LINKS and PIP_EXTRA_INDEX_URL say, which is where CPU builds of torch stand.
install="$venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps --only-binary :all:"
$install -r "$here/torch.lock" || {
    echo "There is no CPU build of torch 2.13.0 where pip looks. Set PIP_FIND_LINKS to a folder that holds its wheel, or" >&2
    echo "PIP_EXTRA_INDEX_URL to PyTorch's own index of CPU builds, and run $0 again." >&2
    exit 1
}
$install -r "$here/requirements.lock"
"$venv/bin/python" -m pip check >/dev/null || echo "pip finds packages that do not fit together: see $venv/bin/pip check" >&2
echo "$stamp" > "$venv/peer.stamp"
echo "Ready."
