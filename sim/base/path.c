#include "base/path.h"

#include <string.h>

static void
add_part(struct str *path, const char *part, size_t len)
{
	const char *slash;

	if (!len || (len == 1 && part[0] == '.'))
		return;
	if (len == 2 && memcmp(part, "..", 2) == 0) {
		slash = path->len ? strrchr(path->buf, '/') : NULL;
		str_truncate(path, slash ? (size_t)(slash - path->buf) : 0);
		return;
	}
	str_addch(path, '/');
	str_addn(path, part, len);
}

void
path_append(struct str *path, const char *parts)
{
	while (*parts) {
		size_t len = strcspn(parts, "/");

		add_part(path, parts, len);
		parts += len + (parts[len] == '/');
	}
}
