/*
 * Blocks between "-----BEGIN X-----" and "-----END X-----".  That a certificate and a key belong together is not looked
 * at: that would take their mathematics.  Follows X509KeyPair of Go's crypto/tls and Decode of encoding/pem.
 */
#include "server/pem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/mem.h"
#include "svcsim/str.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
#define KEY "PRIVATE KEY"
#define CERTIFICATE "CERTIFICATE"
#define DER_SEQUENCE "MI" /* how base64 begins for the tag 0x30 and a length of two bytes */

/* The next block from *text on: its type, owned by the caller, and the start of its content; NULL when there is none. */
static char *
next_block(const char **text, const char **content)
{
	const char *begin, *dashes, *end;
	char *type, *closing;

	while ((begin = strstr(*text, BEGIN))) {
		*text = begin + strlen(BEGIN);
		dashes = strstr(*text, DASHES);
		if (!dashes || (size_t)(dashes - *text) != strcspn(*text, "-\n"))
			continue;
		type = xstrndup(*text, (size_t)(dashes - *text));
		closing = xasprintf("\n" END "%s" DASHES, type);
		end = strstr(dashes, closing);
		free(closing);
		if (end) {
			*content = dashes + strlen(DASHES);
			*content += strspn(*content, "\r\n");
			*text = end + 1;
			return type;
		}
		free(type);
	}
	return NULL;
}

struct found {
	bool wanted;
	const char *content; /* of the first that is wanted */
	size_t skipped; /* of other types */
	bool last_is_key, last_is_certificate;
	struct str types;
};

static void
look(const char *text, bool key, struct found *found)
{
	char *type;
	const char *content;

	while (!(key && found->wanted) && (type = next_block(&text, &content))) {
		bool is_key = !strcmp(type, KEY) || str_ends(type, " " KEY), is_certificate = !strcmp(type, CERTIFICATE);

		if (key ? is_key : is_certificate) {
			found->content = found->wanted ? found->content : content;
			found->wanted = true;
		} else {
			str_addf(&found->types, "%s%s", found->skipped++ ? " " : "", type);
			found->last_is_key = is_key;
			found->last_is_certificate = is_certificate;
		}
		free(type);
	}
}

static char *
certificate_fault(const struct found *found)
{
	if (!found->skipped)
		return xstrdup("tls: failed to find any PEM data in certificate input");
	if (found->skipped == 1 && found->last_is_key)
		return xstrdup("tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM "
			       "inputs may have been switched");
	return xasprintf("tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of "
			 "the following types: [%s]",
		found->types.buf);
}

static char *
key_fault(const struct found *found)
{
	if (!found->skipped)
		return xstrdup("tls: failed to find any PEM data in key input");
	if (found->skipped == 1 && found->last_is_certificate)
		return xstrdup("tls: found a certificate rather than a key in the PEM for the private key");
	return xasprintf("tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM "
			 "blocks of the following types: [%s]",
		found->types.buf);
}

char *
pem_pair_fault(const char *cert, const char *key)
{
	struct found certificate = { .types = STR_INIT }, private = { .types = STR_INIT };
	char *fault = NULL;

	look(cert, false, &certificate);
	look(key, true, &private);
	if (!certificate.wanted)
		fault = certificate_fault(&certificate);
	else if (!private.wanted)
		fault = key_fault(&private);
	else if (!str_starts(certificate.content, DER_SEQUENCE))
		fault = xstrdup("x509: malformed certificate");
	str_release(&certificate.types);
	str_release(&private.types);
	return fault;
}
