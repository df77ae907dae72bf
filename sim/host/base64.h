/* RFC 4648 base64, as base64(1) and Secrets have it. */
#ifndef HOST_BASE64_H
#define HOST_BASE64_H

#include "svcsim/str.h"

void base64_encode(const char *text, size_t len, size_t wrap, struct str *out);	/* wrap 0: in one line, without a newline */
/* Blanks are passed over; false at the first other byte that is none of base64's. */
bool base64_decode(const char *text, size_t len, struct str *out);

#endif
