/*
 * The three patches of the API (RFC 6902 JSON patch, RFC 7386 merge patch, Kubernetes' strategic merge patch with the
 * schema's merge keys) and kubectl apply's three-way merge.  The result is a new tree in arena.  A failure's kind says
 * whose it is: ERR_INPUT, the patch is no patch; ERR_FAILED, it can't be applied to this object.
 */
#ifndef API_PATCH_H
#define API_PATCH_H

#include "api/value.h"
#include "svcsim/err.h"

MUST_CHECK int patch_json(const struct value *current, const struct value *operations, struct arena *arena,
	struct value **out, struct err *err);
MUST_CHECK int patch_merge(const struct value *current, const struct value *patch, struct arena *arena,
	struct value **out, struct err *err);
/* type: the schema type of current, e.g. "core.v1.Service" */
MUST_CHECK int patch_strategic(const char *type, const struct value *current, const struct value *patch,
	struct arena *arena, struct value **out, struct err *err);
/*
 * The strategic patch that kubectl apply sends: what modified has and current has not, and what original had and
 * modified has no more.  An empty map: nothing to do.
 */
MUST_CHECK int patch_three_way(const char *type, const struct value *original, const struct value *modified,
	const struct value *current, struct arena *arena, struct value **patch, struct err *err);
/* The JSON merge patch that makes after of before. */
struct value *patch_merge_diff(const struct value *before, const struct value *after, struct arena *arena);
/* What kubectl apply sends for custom resources, as a JSON merge patch; original may be NULL. */
struct value *patch_merge_three_way(const struct value *original, const struct value *modified, const struct value *current,
	struct arena *arena);

#endif
