/*
 * MD5 (RFC 1321).  Only for orders: Kubernetes sorts the ports of Endpoints and EndpointSlices by the digest of their
 * description.
 */
#ifndef BASE_MD5_H
#define BASE_MD5_H

#include <stddef.h>
#include <stdint.h>

void md5(const void *data, size_t len, uint8_t digest[static 16]);

#endif
