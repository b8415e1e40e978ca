# Finds, in Swift files that read bytes from elsewhere, what is not checked against the bytes' bounds:
#
#   - raw reads and raw views: a buffer made of a pointer and a count, rebinding, loads at an offset, bit casts
#   - subscripts of unsafe buffers, which a release build does not check, and of C's arrays (names_with_underscores)
#   - wrapping arithmetic, but for a counter's `&+= 1`
#
# A line is let pass where the word "Bounds:" stands in a comment in it or within the five lines before it and says why
# it cannot leave the bytes. Scripts/lints runs this with each file given twice; the first time for the buffers' names.

FNR == 1 { pass = FILENAME == previous ? 2 : 1; previous = FILENAME; bounds = 0 }
FNR == 1 && pass == 1 { split("", buffers) }

pass == 1 {
    line = $0
    while (match(line, /[a-z][A-Za-z0-9]*: (inout )?Unsafe(Mutable)?(Raw)?BufferPointer/)) {
        name = substr(line, RSTART, RLENGTH)
        sub(/:.*/, "", name)
        buffers[name] = 1
        line = substr(line, RSTART + RLENGTH)
    }
    if (match($0, /withUnsafe[A-Za-z]*(Bytes|BufferPointer)[^{]*\{ *[a-z][A-Za-z0-9]* in/)) {
        name = substr($0, RSTART, RLENGTH)
        sub(/ in$/, "", name)
        sub(/.*[{ ]/, "", name)
        buffers[name] = 1
    }
    next
}

/\/\/.*Bounds:/ { bounds = FNR }
/^ *\/\// { next }
bounds && FNR - bounds <= 5 { next }

{
    found = ""
    if ($0 ~ /withMemoryRebound|assumingMemoryBound|bindMemory|fromByteOffset|unsafeBitCast|unsafeDowncast/) {
        found = "a raw read"
    } else if ($0 ~ /unsafelyUnwrapped|uncheckedBounds|baseAddress!|advanced\(by:/) {
        found = "a raw read"
    } else if ($0 ~ /BufferPointer(<[A-Za-z0-9_]+>)?\(start:/) {
        found = "a buffer of a pointer and a count"
    } else if ($0 ~ /\$0\[|\.[a-z0-9]+_[a-z0-9_]+!?\[/) {
        found = "a subscript that is not checked"
    } else if ($0 ~ /&[-+*]/ && $0 !~ /&\+= 1$/) {
        found = "wrapping arithmetic"
    } else {
        for (name in buffers) {
            if ($0 ~ "(^|[^A-Za-z0-9_.])" name "\\[") found = "a subscript that is not checked"
        }
    }
    if (found != "") {
        sub(/^ +/, "")
        print FILENAME ":" FNR ": " found ": " $0
    }
}
