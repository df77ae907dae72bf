/*
 * Tables of pod specs and what the server says of them: what follows `Pod "p" is invalid: `, "" when it takes them.  The
 * texts are those of k8s.io/kubernetes' validation code of v1.32, the situations those of its tests.
 */
#ifndef TESTS_SERVER_REFUSALS_H
#define TESTS_SERVER_REFUSALS_H

#include "fixture.h"

struct refusal {
	const char *spec, *text; /* spec: what stands between the braces of a Pod's spec, or of a container */
};

/* Each spec for itself, as a dry run. */
static inline void
refusals_check(struct fixture *fixture, const struct refusal *refusals, size_t n, const char *frame)
{
	for (size_t i = 0; i < n; i++) {
		struct request request = REQUEST_INIT;
		const char *hole = strstr(frame, "@"), *message;
		char *body = xasprintf("%.*s%s%s", (int)(hole - frame), frame, refusals[i].spec, hole + 1);
		char *want = *refusals[i].text ? xasprintf("Pod \"p\" is invalid: %s", refusals[i].text) : xstrdup("");

		request.verb = REQUEST_CREATE;
		request.kind = kind_by_kind("Pod");
		request.namespace = "default";
		request.dry_run = true;
		message = fixture_send(fixture, &request, body, NULL);
		assert_string_equal(message, want);
		free(want);
		free(body);
	}
}

#define IN_SPEC "{metadata: {name: p}, spec: {containers: [{name: c, image: i}], @}}"
#define IN_CONTAINER "{metadata: {name: p}, spec: {volumes: [{name: v, emptyDir: {}}, {name: d, persistentVolumeClaim: " \
		     "{claimName: d}}], containers: [{name: c, image: i, @}]}}"
#define IN_VOLUME "{metadata: {name: p}, spec: {containers: [{name: c, image: i}], volumes: [{name: v, @}]}}"
#define REFUSALS_CHECK(fixture, refusals, frame) \
	refusals_check((fixture), (refusals), sizeof(refusals) / sizeof *(refusals), (frame))

#endif
