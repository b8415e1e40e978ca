#include <string.h>
#include <zlib.h>

// The two initialisers are macros in zlib.h, which Swift does not see.
static inline int hansa_inflate_init(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }
