# Sourced by ./check and ./ntk: finds a JDK and Maven, or says what to install.

readonly NTK_JAVA=25

# Prints the feature version of the JDK at $1; nothing if there is no JDK (a javac is asked for too).
jdk_version() {
  [ -x "$1/bin/javac" ] || return 0
  local version=
  if [ -f "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1)
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9][0-9]*\).*/\1/p')
  fi
  printf '%s' "$version"
}

# Prints the places where JDKs are kept, one a line.
jdk_places() {
  local javac
  if javac=$(command -v javac); then
    while [ -L "$javac" ]; do
      local link
      link=$(readlink "$javac")
      case $link in
        /*) javac=$link ;;
        *) javac=$(dirname "$javac")/$link ;;
      esac
    done
    dirname "$(dirname "$javac")"
  fi
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$NTK_JAVA+" 2>/dev/null || true
  fi
  local place
  for place in \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -d "$place" ]; then printf '%s\n' "$place"; fi
  done
}

# Sets JAVA_HOME to a JDK of version NTK_JAVA or later: the one it names already if that will do,
# else the oldest of those found.
find_jdk() {
  local version
  version=$(jdk_version "${JAVA_HOME:-/nonexistent}")
  if [ "${version:-0}" -lt "$NTK_JAVA" ]; then
    local best=0 home= place
    while IFS= read -r place; do
      version=$(jdk_version "$place")
      if [ "${version:-0}" -ge "$NTK_JAVA" ] && { [ "$best" = 0 ] || [ "$version" -lt "$best" ]; }; then
        best=$version home=$place
      fi
    done < <(jdk_places)
    if [ -z "$home" ]; then
      cat >&2 <<EOF
No JDK $NTK_JAVA or later was found. Install one, for example
  Debian, Ubuntu   apt-get install openjdk-$NTK_JAVA-jdk   (or Temurin: https://adoptium.net)
  macOS            brew install openjdk@$NTK_JAVA
  anywhere         https://sdkman.io, then: sdk install java $NTK_JAVA-tem
or set JAVA_HOME to the directory of one.
EOF
      return 1
    fi
    JAVA_HOME=$home
  fi
  export JAVA_HOME
}

# Checks that `mvn` is there and new enough. Maven's own libraries make a recent Java print warnings
# about them; MAVEN_OPTS silences those.
find_maven() {
  local version=
  if command -v mvn >/dev/null; then
    version=$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  fi
  local major=${version%%.*} minor=${version#*.}
  local found="none was found"
  if [ -n "$version" ]; then found="$version was found"; fi
  if [ -z "$version" ] || [ "$major" -lt 3 ] || { [ "$major" = 3 ] && [ "$minor" -lt 8 ]; }; then
    cat >&2 <<EOF
Maven 3.8 or later is needed; $found. Install it, for example
  Debian, Ubuntu   apt-get install maven
  macOS            brew install maven
  anywhere         https://sdkman.io, then: sdk install maven
EOF
    return 1
  fi
  export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
}
