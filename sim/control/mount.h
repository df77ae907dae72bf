/*
 * Files in a container that are known: keys of ConfigMaps that are mounted, and what scripts of the pod write with
 * echo, into the container itself or into a volume that it shares.
 */
#ifndef CONTROL_MOUNT_H
#define CONTROL_MOUNT_H

#include "api/view.h"
#include "store/store.h"
#include "svcsim/vec.h"

struct mount_file {
	const char *path, *text;
};

struct mount_files {
	struct arena arena;
	VEC(struct mount_file) list;
};

void mount_read(const struct store *store, const struct object *pod, const struct value *container,
	struct mount_files *files);
void mount_release(struct mount_files *files);
const char *mount_text(const struct mount_files *files, const char *path);	/* the last word on it; NULL */
/* Does a volume lie over the folder, so that what the image has there isn't seen? */
bool mount_hides(const struct value *container, const char *folder);

#endif
