/*
 * Why can't this be reached?  The connections that people would try are made, by all their branches; where one fails, a
 * table of looks goes over the objects behind it, and each says what it finds: the object, the field, what stands there, and the
 * command that mends it.  Nothing is changed.
 */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include "base/json_out.h"
#include "trace/trace.h"

struct connection {
	const char *to, *from;	/* as trace takes them; from "": the default sender */
	struct trace trace;
};

struct finding {
	const char *look;	/* its row's name */
	const char *kind, *namespace, *name;	/* the object to change */
	const char *field, *value;	/* what stands there now; "" where there is no field */
	const char *text;	/* what is wrong, in one sentence without a full stop */
	const char *node;	/* where the command is typed; "": where kubectl is */
	const char *command;	/* "": nobody can say from here */
	bool met;		/* a connection that failed came by it */
	size_t order;		/* its row's place */
};

struct diagnosis {
	struct arena arena;
	const char *name;	/* "default/web", or the destination as it was written */
	VEC(struct connection *) connections;
	VEC(struct finding) findings;	/* the likeliest cause first */
	size_t failed;		/* connections */
};

struct doctor_request {
	const char *to;		/* [svc/][NS/]NAME[:PORT] of a Service, or what trace takes */
	const char *from;	/* as trace takes it; NULL: whoever the kind of Service is for */
	const char *namespace;	/* of names without one; NULL */
	bool protocol_given;
	enum protocol protocol;
};

/* -1: err says what of the request makes no sense.  A Service that isn't there is a finding, not an error. */
MUST_CHECK int doctor_run(struct cluster *cluster, const struct doctor_request *request, struct diagnosis *diagnosis,
	struct err *err);
void diagnosis_release(struct diagnosis *diagnosis);

/* The looks, as help and the manual list them; name NULL ends. */
struct doctor_look_row {
	const char *name, *help;
};
const struct doctor_look_row *doctor_looks(void);

void diagnosis_print_text(const struct diagnosis *diagnosis, bool color, struct str *out);
void diagnosis_print_json(const struct diagnosis *diagnosis, struct json_out *out);

#endif
