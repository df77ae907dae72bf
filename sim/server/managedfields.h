/*
 * metadata.managedFields: who set which field, by which kind of request.  Entries are stored with their fieldsV1 as
 * text, which is cheap to keep and to copy; clients see the tree.
 */
#ifndef SERVER_MANAGEDFIELDS_H
#define SERVER_MANAGEDFIELDS_H

#include "server/strategy.h"

/* change->new is decoded and has its defaults, and is not yet prepared: says in it who manages what. */
void managed_update(struct change *change);
/*
 * Server-side apply: makes change->new, not yet decoded, of the live object and the configuration in the request.
 * The owners are put in it by managed_applied, once it is decoded.
 */
struct managed_apply;
MUST_CHECK int managed_apply(struct change *change, struct value **merged, struct managed_apply **applied);
void managed_applied(struct change *change, struct managed_apply *applied);
/* A program of the control plane writes past the pipeline; new is not stored yet.  old NULL: it is created. */
void managed_write(struct server *server, const struct object *old, struct object *new);
/* An entry's fieldsV1 as clients send it becomes the text that is stored; in arena. */
void managed_pack(struct arena *arena, struct value *root);

#endif
