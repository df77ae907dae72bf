/*
 * Kustomizations: a folder's kustomization.yaml names resources and what is done to all of them.  What is read:
 * resources, generators of ConfigMaps and Secrets, patches, namespace, prefixes and suffixes, labels, annotations,
 * replicas and images.  Fields beyond these are refused by name.
 */
#ifndef KUBECTL_KUSTOMIZE_H
#define KUBECTL_KUSTOMIZE_H

#include "api/kind.h"
#include "api/yaml.h"
#include "kubectl/kubectl.h"

/* The objects of the kustomization in a folder, ordered as kubectl sends them; they live in arena. */
MUST_CHECK int kustomize_build(struct kubectl *kubectl, const char *folder, struct arena *arena, value_vec *objects,
	struct err *err);

/* ---- between kustomize.c and kustomize_change.c ---- */

struct kustomize_object {
	struct value *root;
	const char *first_name;	/* before any prefix */
	const char *old_name;	/* as references to it still say */
	bool hashed;		/* a generator's: its content goes into its name at the end */
};
struct kustomize_layer {
	struct kubectl *kubectl;
	struct arena *arena;
	const char *folder;
	unsigned depth;
	VEC(struct kustomize_object) objects;
};

const struct kind *kustomize_kind(const struct value *root);	/* NULL for one that the model doesn't have */
/* What the fields of a kustomization do to the layer's objects, in kustomize's order. */
MUST_CHECK int kustomize_change(struct kustomize_layer *layer, const struct value *kustomization, struct err *err);
/* Names that changed since are changed in what refers to them. */
void kustomize_references(struct kustomize_layer *layer);
MUST_CHECK int kustomize_read(struct kustomize_layer *layer, const char *path, struct str *text, struct err *err);

#endif
