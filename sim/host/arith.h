/* $(( )), (( )) and for (( )): C's operators on 64 bits, as bash has them. */
#ifndef HOST_ARITH_H
#define HOST_ARITH_H

#include "host/run.h"

/* An empty text is 0.  false and said on the error stream when it isn't an expression. */
bool arith_eval(struct shell *shell, const struct streams *streams, const char *text, int64_t *value);

#endif
