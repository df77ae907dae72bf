/* The fields of a grade by name: what one process tells another, and what the renderers print. */
#ifndef EXAM_GRADE_FIELDS_H
#define EXAM_GRADE_FIELDS_H

#include "base/json_out.h"
#include "svcsim/grade.h"

enum grade_field_type { GRADE_FIELD_TEXT, GRADE_FIELD_INT, GRADE_FIELD_SEED, GRADE_FIELD_BOOL };
struct grade_field {
	const char *name;
	size_t offset;
	enum grade_field_type type;
};
extern const struct grade_field grade_fields[], grade_check_fields[];	/* ended by name NULL */

void grade_write(const struct grade *grade, struct json_out *json);

#endif
