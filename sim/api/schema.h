/*
 * What v1.32 publishes of every field: the tables in sim/api/schema/ (one .def a group, one row a field in the order of
 * struct schema_field: FIELD("core.v1.ServicePort", "protocol", "string", "", "", "", "", "omitempty", "v1.Protocol", 2);
 * rows are sorted by owner and name, over all files too), from which come strict decoding, explain, the patches' merge
 * keys, and completion.  svcsim's own documents (NodeHost) and the settings documents (kubeadm.k8s.io,
 * kubeproxy.config.k8s.io) are rows in the same tables.
 */
#ifndef API_SCHEMA_H
#define API_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/vec.h"

/*
 * type: "string", "integer:int32", "boolean", "number", "[]core.v1.ServicePort", "map<string>", "core.v1.ServiceSpec",
 * "util.intstr.IntOrString", "api.resource.Quantity", "meta.v1.Time" ..
 * presence, how Go writes the field: "omitempty", left out when empty, zero or false; "always", there even when it was
 * never set (`resources: {}`, `creationTimestamp: null`); "", there when it was set.
 */
struct schema_field {
	const char *owner;	/* "core.v1.ServiceSpec" */
	const char *name;
	const char *type;
	const char *required;	/* "required" or "" */
	const char *patch;	/* "merge:port", "merge,retainKeys:type", "replace", "" */
	const char *list;	/* "atomic", "map:port,protocol", "set", "" */
	const char *standard;	/* the published default, "" for none */
	const char *presence;
	const char *go;		/* its type in Go where that has a name of its own, "v1.Protocol"; "" */
	unsigned char place;	/* in Go's struct, from 1; 0 for types that are not Go's (svcsim's own, custom resources) */
};

/* All fields of a type, sorted by name; *n of them.  NULL for a type that has none. */
const struct schema_field *schema_fields(const char *type, size_t *n);
const struct schema_field *schema_field(const char *type, const char *name);
/* "[]x" and "map<x>": the type of an element; "string:byte" stays.  NULL for a scalar or struct. */
const char *schema_element(const char *type, char *buf, size_t size);
bool schema_is_list(const char *type);
bool schema_is_map(const char *type);
bool schema_is_struct(const char *type);	/* has fields of its own */

/* What strict decoding found; each owned text is a whole finding such as `unknown field "spec.foo"`. */
typedef VEC(char *) schema_findings;
void schema_findings_release(schema_findings *findings);

/*
 * Reads value as the type: scalars are brought to the field's type where JSON would accept them, nulls dropped, unknown
 * fields dropped and reported in *unknown (field paths sorted, as the server's `strict decoding error: unknown field
 * "spec.x", unknown field "spec.y"` lists them).  A wrong type fails with the server's words, e.g. `json: cannot
 * unmarshal string into Go struct field ServicePort.spec.ports.port of type int32` (with line and column, kind
 * ERR_INPUT); of several the one that comes first by sorted keys is told.  Quantities and times come out in canonical
 * form, and fields are there or not as Go's encoder would write the struct (see presence): `resources: {}` and
 * `creationTimestamp: null` are, `selector: {}` is not.  The result is in arena.
 */
MUST_CHECK int schema_decode(const char *type, const struct value *value, struct arena *arena, struct value **out,
	schema_findings *unknown, struct err *err);
/* Puts the fields of an object of the type in the order in which Go writes its struct, and keys of maps in the alphabet's. */
void schema_arrange(const char *type, struct value *value);

#endif
