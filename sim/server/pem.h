/* PEM, as far as the server looks into a certificate and its key. */
#ifndef SERVER_PEM_H
#define SERVER_PEM_H

/* Why they are no pair, as Go's tls.X509KeyPair says it; owned by the caller.  NULL: nothing to be seen from outside. */
char *pem_pair_fault(const char *cert, const char *key);

#endif
