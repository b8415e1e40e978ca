# Sourced by the other scripts: the one set of build flags, and how a step is reported.
#
# One set of flags means one build: changing any flag in a build folder rebuilds everything in it, dependencies
# included, so nothing here may differ between test, demo, documentation and check.

# Where the caller stood, for paths given as arguments, and the script itself, for its help.
caller_folder=$PWD
script_path="$(cd "$(dirname "$0")" && pwd)/$(basename "$0")"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Where everything is built; another folder by HANSA_SCRATCH.
scratch="${HANSA_SCRATCH:-.build}"

# Release with testable imports. An import without a declared dependency is an error.
build_flags=(
    -c release
    -Xswiftc -enable-testing
    --explicit-target-dependency-import-check error
    --scratch-path "$scratch"
)

# The commands that build and that find what was built.
hansa_build() { swift build "${build_flags[@]}" "$@"; }
bin_path() { hansa_build --show-bin-path; }

# Prints the script's help: its first comment block.
show_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$script_path"; }

# Stops with a reason.
die() {
    echo "$(basename "$script_path"): $*" >&2
    exit 1
}

# The first Python that has the protobuf module: Debian's package is for /usr/bin/python3.
protobuf_python() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import google.protobuf' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    die "no Python with the module google.protobuf; install python3-protobuf"
}

# step NAME COMMAND...: one line with the seconds it took; its output, kept in a log, only where it fails.
# A step may add a word of its own to the line by writing it to "$step_note".
step_names=()
step_seconds=()
step_results=()
step() {
    local name=$1 started=$SECONDS status=0 result=ok
    shift
    mkdir -p "$scratch/logs"
    local log="$scratch/logs/$name.log"
    step_note="$scratch/logs/$name.note"
    rm -f "$step_note"
    printf '%-14s ' "$name"
    ("$@") >"$log" 2>&1 </dev/null || status=$?
    [ "$status" -eq 0 ] || result=FAILED
    local seconds=$((SECONDS - started)) note=""
    if [ -s "$step_note" ]; then note="  $(head -n 1 "$step_note")"; fi
    printf '%-6s %5d s%s\n' "$result" "$seconds" "$note"
    if [ "$status" -ne 0 ]; then
        echo "---- the end of $log"
        tail -n 60 "$log"
        echo "----"
    fi
    step_names+=("$name")
    step_seconds+=("$seconds")
    step_results+=("$result")
    return "$status"
}
