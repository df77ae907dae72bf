/* Follows k8s.io/kubectl/pkg/util/hash/hash.go and kustomize's api/internal/hasher. */
#include "kubectl/name_hash.h"

#include <string.h>

#include "api/yaml.h"
#include "base/hash.h"

#define LENGTH 10

/* Letters and digits that spell words are others. */
static char
respell(char c)
{
	static const char from[] = "013ae", to[] = "ghkmt";
	const char *found = strchr(from, c);

	return found ? to[found - from] : c;
}

const char *
name_hash(struct arena *arena, const struct value *root, const char *name)
{
	const char *kind = value_get_text(root, "kind"), *type = value_get_text(root, "type");
	struct value *digest = value_map(arena), *data = value_get(root, "data");
	struct str text = STR_INIT;
	char hex[65];

	value_set_text(arena, digest, "kind", kind);
	value_set_text(arena, digest, "name", name);
	/* A ConfigMap's data is a text map that is there though it is empty. */
	value_set(arena, digest, "data", data ? value_copy(arena, data) : strcmp(kind, "Secret") == 0 ? value_null(arena) :
		value_string(arena, ""));
	if (value_get(root, "binaryData"))
		value_set(arena, digest, "binaryData", value_copy(arena, value_get(root, "binaryData")));
	if (strcmp(kind, "Secret") == 0)
		value_set_text(arena, digest, "type", type ? type : "");
	json_write(digest, 0, &text);
	sha256_hex(text.buf, text.len, hex);
	str_release(&text);
	hex[LENGTH] = '\0';
	for (size_t i = 0; i < LENGTH; i++)
		hex[i] = respell(hex[i]);
	return arena_strdup(arena, hex);
}
