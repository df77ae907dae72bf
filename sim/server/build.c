/* As k8s.io/component-base/version has it; the rows are answers of real clusters. */
#include "server/build.h"

#include <string.h>

static const struct build builds[] = {
	{ "v1.32.13", "63adf010aa20e104c0b7043b47f42f50c9f72b17", "2026-01-01T00:00:00Z", "go1.24.4" },
};

const struct build *
build_of(const char *version)
{
	for (size_t i = 0; i < sizeof builds / sizeof *builds; i++)
		if (strcmp(builds[i].version, version) == 0)
			return &builds[i];
	return NULL;
}

void
build_add_json(const char *version, struct str *out)
{
	const struct build *build = build_of(version);
	const char *minor = strchr(version, '.');

	str_addf(out, "{\n  \"major\": \"%.*s\",\n  \"minor\": \"%.*s\",\n  \"gitVersion\": \"%s\",\n",
		minor ? (int)(minor - version - 1) : 0, version + 1, minor ? (int)strcspn(minor + 1, ".") : 0,
		minor ? minor + 1 : "", version);
	if (build)
		str_addf(out, "  \"gitCommit\": \"%s\",\n", build->commit);
	str_add(out, "  \"gitTreeState\": \"clean\",\n");
	if (build)
		str_addf(out, "  \"buildDate\": \"%s\",\n  \"goVersion\": \"%s\",\n", build->date, build->go);
	str_add(out, "  \"compiler\": \"gc\",\n  \"platform\": \"linux/amd64\"\n}");
}
