/*
 * Who listens in a pod, and as what server: known by image, command, arguments, environment and the configuration that
 * is mounted. An image that isn't listed listens on its containerPorts; annotation svcsim/listen ("8080,53/udp") says
 * otherwise of any pod.
 */
#ifndef CONTROL_SERVE_H
#define CONTROL_SERVE_H

#include "api/view.h"
#include "store/store.h"

/*
 * Does a process in the pod accept connections (TCP) or datagrams on the port of the pod's address?  Also false while no
 * container runs, and of one that an option or its environment binds to 127.0.0.1.
 */
bool pod_listens(const struct store *store, const struct pod *pod, enum protocol protocol, uint16_t port);
/* The container that does, at the pod's address or at its loopback; NULL. */
const struct value *pod_listener(const struct store *store, const struct pod *pod, enum protocol protocol,
	uint16_t port);
/* The lowest port on which it does; 0: on none. */
uint16_t pod_lowest_port(const struct store *store, const struct pod *pod, enum protocol protocol);
/* What answers there: an image's name ("nginx"), a program's ("netexec"); "" when that isn't known. */
const char *serve_name(const struct pod *pod, const struct value *container);
/* Where a program that the words of a container name listens, by them; 0: no such program, or nowhere. */
uint16_t serve_port(const struct pod *pod, const struct value *container, enum protocol protocol);

#endif
