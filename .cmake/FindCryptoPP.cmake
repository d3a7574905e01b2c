# CryptoPP::CryptoPP, from pkg-config's hint or the usual places. Debian calls it libcrypto++, upstream libcryptopp.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_search_module(PC_CRYPTOPP QUIET libcrypto++ libcryptopp cryptopp)
endif()
find_path(CRYPTOPP_INCLUDE_DIR cryptopp/cryptlib.h HINTS ${PC_CRYPTOPP_INCLUDE_DIRS})
find_library(CRYPTOPP_LIBRARY NAMES cryptopp crypto++ HINTS ${PC_CRYPTOPP_LIBRARY_DIRS})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CryptoPP REQUIRED_VARS CRYPTOPP_LIBRARY CRYPTOPP_INCLUDE_DIR VERSION_VAR PC_CRYPTOPP_VERSION)
mark_as_advanced(CRYPTOPP_INCLUDE_DIR CRYPTOPP_LIBRARY)

if(CryptoPP_FOUND AND NOT TARGET CryptoPP::CryptoPP)
    add_library(CryptoPP::CryptoPP UNKNOWN IMPORTED GLOBAL)
    set_target_properties(CryptoPP::CryptoPP PROPERTIES
        IMPORTED_LOCATION "${CRYPTOPP_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${CRYPTOPP_INCLUDE_DIR}"
    )
endif()
