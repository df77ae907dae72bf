/* Follows the grammar of github.com/distribution/reference (ReferenceRegexp). */
#include "kubectl/image_reference.h"

#include <string.h>

#include "svcsim/str.h"

#define TAG_MAX 128
#define DIGEST_HEX_MIN 32

static bool
is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || ascii_isdigit(c);
}

/* Small letters and digits, parted by one dot, one or two underscores, or dashes. */
static bool
is_component(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && is_lower(text[i])) {
		size_t run = 0;

		while (i < len && is_lower(text[i]))
			i++;
		if (i == len)
			return true;
		while (i + run < len && text[i + run] == text[i])
			run++;
		if (!strchr("._-", text[i]) || (text[i] == '.' && run > 1) || (text[i] == '_' && run > 2))
			return false;
		i += run;
	}
	return false;
}

/* Letters of both cases, digits and dashes within, dots between, and a port. */
static bool
is_host(const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t name = colon ? (size_t)(colon - text) : len;

	for (size_t i = name + 1; i < len; i++)
		if (!ascii_isdigit(text[i]))
			return false;
	for (size_t i = 0; i < name; i++) {
		bool edge = !i || i + 1 == name || text[i - 1] == '.' || text[i + 1] == '.';

		if (!ascii_isalnum(text[i]) && (edge || !strchr(".-", text[i])))
			return false;
	}
	return name && name + 1 != len;
}

static bool
is_tag(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!ascii_isalnum(text[i]) && text[i] != '_' && (!i || !strchr(".-", text[i])))
			return false;
	return len && len <= TAG_MAX;
}

/* sha256:HEX */
static bool
is_digest(const char *text)
{
	const char *hex = strchr(text, ':');

	if (!hex || hex == text || !ascii_isalpha(*text))
		return false;
	for (const char *c = text; c < hex; c++)
		if (!ascii_isalnum(*c) && !strchr("-_+.", *c))
			return false;
	hex++;
	return strlen(hex) >= DIGEST_HEX_MIN && !hex[strspn(hex, "0123456789abcdefABCDEF")];
}

bool
image_reference_is_sound(const char *text)
{
	size_t len = strcspn(text, "@");
	const char *end = text + len, *colon;

	if (*end && !is_digest(end + 1))
		return false;
	for (colon = end; colon > text && colon[-1] != ':' && colon[-1] != '/'; )
		colon--;
	if (colon > text && colon[-1] == ':') {
		if (!is_tag(colon, (size_t)(end - colon)))
			return false;
		end = colon - 1;
	}
	for (const char *part = text; part < end; ) {
		const char *slash = memchr(part, '/', (size_t)(end - part));
		size_t n = (size_t)((slash ? slash : end) - part);

		if (!is_component(part, n) && !(part == text && slash && is_host(part, n)))
			return false;
		if (!slash)
			return true;
		part = slash + 1;
	}
	return false;
}
