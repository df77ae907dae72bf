/* What the container that a shell is in has, by its image (sim/control/installed.c). */
#include "host/programs.h"

#include <string.h>

#include "control/installed.h"
#include "host/vfs.h"

const struct value *
place_container(const struct shell *shell)
{
	static const char *const lists[] = { "initContainers", "ephemeralContainers", "containers" };
	const struct pod *pod = place_pod(shell);
	const struct value *containers = NULL;

	for (size_t l = 0; pod && l < 3; l++) {
		containers = value_get(value_get(pod->object->root, "spec"), lists[l]);
		for (size_t i = 0; shell->place_container && i < value_count(containers); i++) {
			const char *name = value_get_text(value_at(containers, i), "name");

			if (name && strcmp(name, shell->place_container) == 0)
				return value_at(containers, i);
		}
	}
	return value_at(containers, 0);
}

bool
programs_has(const struct value *container, const char *name)
{
	return installed_has(value_get_text(container, "image"), name);
}

bool
place_is_busybox(const struct shell *shell, const char *program)
{
	const struct value *container = place_container(shell);

	return shell->busybox || (container && installed_is_busybox(value_get_text(container, "image"), program));
}

enum dialect
place_dialect(const struct shell *shell, const char *name)
{
	const char *slash = strrchr(name, '/');

	if (strcmp(slash ? slash + 1 : name, "bash") == 0)
		return DIALECT_BASH;
	return shell->place == PLACE_POD && place_is_busybox(shell, "sh") ? DIALECT_ASH : DIALECT_DASH;
}
