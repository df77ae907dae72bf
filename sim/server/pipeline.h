/*
 * The steps of server.c that have files of their own.  Each returns 0, or -1 with the status set; change->new is
 * the tree to be stored.
 */
#ifndef SERVER_PIPELINE_H
#define SERVER_PIPELINE_H

#include "server/strategy.h"

/*
 * server/decode.c: what the client sent, as the kind's type, with its defaults and its owners.  decode_patch and
 * decode_scale apply it to change->old, decode_apply to that or to nothing.
 */
int decode_body(struct change *change);
int decode_patch(struct change *change);
int decode_apply(struct change *change);
/* A body, and a patch of current, as the kind's type and nothing else. */
int decode_as(struct change *change, const struct kind *kind, struct value **out);
int decode_patched(struct change *change, const struct kind *kind, const struct value *current, struct value **out);
int decode_scale(struct change *change);	/* server/scale.c */

/* server/meta.c */
int admit_namespace(struct change *change);	/* it must exist and not be going */
int meta_fill_created(struct change *change);	/* name from generateName, uid, creationTimestamp .. */
int meta_fill_updated(struct change *change);	/* carries over what clients can't change; compares resourceVersion */
int meta_check_version(struct change *change, const struct value *meta);	/* a resourceVersion is a precondition */
int meta_check_name(struct change *change);	/* in the body and in the address */
int meta_check_uid(struct change *change);	/* a PUT's uid is a precondition */
void meta_count_generation(struct change *change);

/* server/delete.c */
int delete_object(struct change *change, const struct object **out);
int bind_pod(struct change *change, struct object *object, const struct object **out);

#endif
