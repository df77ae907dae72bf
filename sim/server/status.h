/*
 * What the API server answers when it says no: metav1.Status.  Reasons and codes are those of
 * k8s.io/apimachinery/pkg/api/errors; a cause is one field error in the words of pkg/util/validation/field.
 */
#ifndef SERVER_STATUS_H
#define SERVER_STATUS_H

#include <stdbool.h>

#include "api/kind.h"
#include "svcsim/mem.h"
#include "svcsim/str.h"
#include "svcsim/vec.h"

/* id, reason as the API spells it, code */
#define STATUS_REASONS(X) \
	X(STATUS_OK, "", 200) \
	X(STATUS_BAD_REQUEST, "BadRequest", 400) \
	X(STATUS_FORBIDDEN, "Forbidden", 403) \
	X(STATUS_NOT_FOUND, "NotFound", 404) \
	X(STATUS_METHOD_NOT_ALLOWED, "MethodNotAllowed", 405) \
	X(STATUS_ALREADY_EXISTS, "AlreadyExists", 409) \
	X(STATUS_CONFLICT, "Conflict", 409) \
	X(STATUS_INVALID, "Invalid", 422) \
	X(STATUS_UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", 415) \
	X(STATUS_TOO_MANY_REQUESTS, "TooManyRequests", 429) \
	X(STATUS_INTERNAL_ERROR, "InternalError", 500) \
	X(STATUS_SERVICE_UNAVAILABLE, "ServiceUnavailable", 503) \
	X(STATUS_UNKNOWN, "", 500) /* kubectl prints these without a reason */
enum status_reason {
#define STATUS_REASON_ENUM(id, text, code) id,
	STATUS_REASONS(STATUS_REASON_ENUM)
#undef STATUS_REASON_ENUM
};

struct status_cause {
	char *field;	/* "spec.ports[0].nodePort" */
	char *text;	/* the whole error, "spec.ports[0].nodePort: Invalid value: 80: provided port is .." */
};

struct status {
	enum status_reason reason;
	char *message;		/* as the server words it, e.g. `services "web" already exists` */
	const struct kind *kind;	/* details.kind; NULL */
	char *name;		/* details.name; NULL */
	VEC(struct status_cause) causes;	/* of STATUS_INVALID, in order of checking */
	VEC(char *) warnings;	/* also with STATUS_OK */
};
#define STATUS_INIT { STATUS_OK, NULL, NULL, NULL, VEC_INIT, VEC_INIT }

void status_release(struct status *status);
void status_clear(struct status *status);
const char *status_reason_text(enum status_reason reason);

/* Each sets reason and message and returns -1. */
int status_set(struct status *status, enum status_reason reason, const char *fmt, ...) PRINTF_LIKE(3, 4);
int status_not_found(struct status *status, const struct kind *kind, const char *name);
int status_already_exists(struct status *status, const struct kind *kind, const char *name);
/* Turns the causes collected so far into `Service "x" is invalid: ...`; returns 0 when there are none.  kind may be NULL. */
int status_invalid(struct status *status, const struct kind *kind, const char *name);

/* What was said already is not said again. */
void status_warn(struct status *status, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Field errors, worded as field.Error.Error(); the value is already in its printed form (status_value_text); detail may be NULL. */
void status_required(struct status *status, const char *path, const char *detail);
void status_invalid_value(struct status *status, const char *path, const char *value, const char *detail);
void status_invalid_whole(struct status *status, const char *path, const char *detail);	/* without the value */
void status_unsupported(struct status *status, const char *path, const char *value, const char *const *supported);
void status_forbidden(struct status *status, const char *path, const char *detail);
void status_duplicate(struct status *status, const char *path, const char *value);
void status_value_not_found(struct status *status, const char *path, const char *value);
void status_too_long(struct status *status, const char *path, int max);
void status_too_many(struct status *status, const char *path, int actual, int max);

/*
 * As "Invalid value" prints it in v1.32: a string in Go quotes, numbers and booleans bare, a list []string{"a",
 * "b"}, a map map[string]string{"a":"b"}, an absent value "null".
 */
struct value;
char *status_value_text(const struct value *value);	/* owned by the caller */

#endif
