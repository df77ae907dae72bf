/*
 * Digests that names are made of.  KUBE-SVC-* and KUBE-SEP-* are the first 16 characters of base32(sha256(text)),
 * see pkg/proxy/iptables/proxier.go; pod-template-hash is a 32-bit FNV-1a, spelled by rand.SafeEncodeString, the hash of
 * a StatefulSet's revision an FNV-1.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

void sha256(const void *data, size_t len, uint8_t digest[static 32]);
/* RFC 4648 upper case, no padding; writes at most chars characters and a NUL. */
void base32(const uint8_t *data, size_t len, char *text, size_t chars);
void sha256_hex(const void *data, size_t len, char text[static 65]);
uint32_t fnv32a(uint32_t hash, const void *data, size_t len);	/* start with FNV32A_START */
#define FNV32A_START 2166136261u
uint32_t fnv32(const void *data, size_t len);

/* k8s.io/apimachinery/pkg/util/rand: the alphabet of random suffixes, and a text re-spelled in it. */
extern const char safe_alphabet[];	/* bcdfghjklmnpqrstvwxz2456789 */
void safe_encode(const char *text, char *out);	/* as many characters as text, and a NUL */

#endif
