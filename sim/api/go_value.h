/*
 * A value as Go's reflection sees it: what templates compute with.  An object's numbers are int64 or float64, a
 * template's own are int or float64, a byte of a text is uint8.  boxed: it was found inside a map or list, so that its
 * static type is interface {}; a pipeline's result never is.
 */
#ifndef API_GO_VALUE_H
#define API_GO_VALUE_H

#include "api/value.h"
#include "svcsim/str.h"

enum go_kind {
	GO_INVALID,	/* no value at all: what a missing key gives */
	GO_NIL,		/* boxed: null; else an argument that is nil */
	GO_BOOL,
	GO_INT,
	GO_INT64,
	GO_UINT8,
	GO_FLOAT64,
	GO_COMPLEX128,
	GO_STRING,
	GO_SLICE,
	GO_MAP,
};

struct go_value {
	enum go_kind kind;
	bool boxed;
	union {
		bool boolean;
		int64_t integer;
		struct {
			double real, imaginary;
		} number;
		struct {
			const char *at;		/* NUL-terminated behind len; may hold NULs */
			size_t len;
		} text;
		struct {
			struct value *const *v;
			size_t n, cap;	/* an item behind n is nil */
			size_t held;	/* of v */
		} slice;
		const struct value *map;
	};
};

/* boxed: as an element of a map or list has it. */
struct go_value go_value_of(const struct value *value, bool boxed);
struct go_value go_value_int(int64_t integer);
struct go_value go_value_bool(bool boolean);
struct go_value go_value_float(double real);
/* text stays the caller's. */
struct go_value go_value_text(const char *text, size_t len);
struct go_value go_value_item(const struct go_value *slice, size_t i);

/* The value inside the box; null gives GO_INVALID. */
struct go_value go_value_unboxed(const struct go_value *value);
/* As reflect.Type prints it: "map[string]interface {}", "interface {}" for what is boxed. */
const char *go_value_type(const struct go_value *value);
/* Whether an if takes it: not false, 0, nil or empty. */
bool go_value_truth(const struct go_value *value);
bool go_value_is_integer(const struct go_value *value);
/* Of a text, slice or map; -1 of anything else. */
int64_t go_value_len(const struct go_value *value);

#endif
