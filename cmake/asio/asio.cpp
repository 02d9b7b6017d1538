// Boost.Asio's own code, compiled once: whoever links yagura_asio compiles against declarations only.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
