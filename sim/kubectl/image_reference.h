/* The names of images. */
#ifndef KUBECTL_IMAGE_REFERENCE_H
#define KUBECTL_IMAGE_REFERENCE_H

#include <stdbool.h>

/* [HOST[:PORT]/]PATH[:TAG][@DIGEST]; whether any registry has it is not asked. */
bool image_reference_is_sound(const char *text);

#endif
