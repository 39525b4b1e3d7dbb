<# : batch part, which is a comment to PowerShell
@echo off
rem Runs the Maven of .mvn\wrapper\maven-wrapper.properties with a JDK of at least 25, as mvnw does.
rem
rem MVNW_REPOURL     base of a Maven repository to download Maven from instead
rem MAVEN_USER_HOME  where the download is kept (default %USERPROFILE%\.m2)
rem
rem Needs Windows 10 or later, which brings PowerShell and tar.
setlocal
set "MVNW_SCRIPT=%~f0"
set "MVNW_MAVEN="
rem That of a newer PowerShell that called this would break the one below.
set "PSModulePath="
rem The PowerShell part prints JAVA_HOME=... and MVNW_MAVEN=..., or says on stderr why it cannot.
for /f "usebackq tokens=1* delims==" %%a in (`powershell -NoProfile -ExecutionPolicy Bypass -Command "Invoke-Expression ([IO.File]::ReadAllText($env:MVNW_SCRIPT))"`) do set "%%a=%%b"
if not defined MVNW_MAVEN exit /b 1
rem Without call, so that arguments arrive as they are and its exit status is that of this script.
"%MVNW_MAVEN%" %*
#>

$ErrorActionPreference = 'Stop'
# It would slow down the download.
$ProgressPreference = 'SilentlyContinue'
$MavenMin = [version]'3.8.7'
$JdkMin = 25

function Say($text) {
  [Console]::Error.WriteLine("mvnw: $text")
}

function Fail($text) {
  Say $text
  exit 1
}

function Get-Property($name) {
  $file = Join-Path (Split-Path $env:MVNW_SCRIPT) '.mvn\wrapper\maven-wrapper.properties'
  foreach ($line in [IO.File]::ReadAllLines($file)) {
    if ($line.StartsWith("$name=")) {
      return $line.Substring($name.Length + 1).Trim()
    }
  }
  Fail "$file has no $name"
}

# The formatter that the build runs must read Java 25, so Maven itself runs on that JDK, not only the compiler.
function Test-Jdk($jdk) {
  if (-not $jdk -or -not (Test-Path -LiteralPath "$jdk\bin\javac.exe") -or -not (Test-Path -LiteralPath "$jdk\release")) {
    return $false
  }
  return [IO.File]::ReadAllText("$jdk\release") -match '(?m)^JAVA_VERSION="(\d+)' -and [int]$Matches[1] -ge $JdkMin
}

function Find-Jdk {
  $homes = @($env:JAVA_HOME)
  $javac = Get-Command javac.exe -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
  if ($javac) {
    $homes += Split-Path (Split-Path $javac.Source)
  }
  $homes += $env:JAVA_HOME_25_X64, $env:JAVA_HOME_25_ARM64
  foreach ($folder in 'Eclipse Adoptium', 'Java', 'Microsoft', 'Amazon Corretto', 'BellSoft', 'Zulu') {
    $homes += Get-ChildItem -Path "$env:ProgramFiles\$folder\*" -Directory -ErrorAction SilentlyContinue |
      ForEach-Object { $_.FullName }
  }
  $homes += Get-ChildItem -Path "$env:USERPROFILE\.jdks\*" -Directory -ErrorAction SilentlyContinue |
    ForEach-Object { $_.FullName }
  foreach ($jdk in $homes) {
    if (Test-Jdk $jdk) {
      return $jdk
    }
  }
  Fail "the build needs a JDK of at least $JdkMin; install one or set JAVA_HOME to it"
}

function Get-MavenOnPath {
  $found = Get-Command mvn.cmd -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
  if (-not $found) {
    Fail "Maven cannot be downloaded from $url, and there is no Maven on PATH"
  }
  $said = (& $found.Source -v) -join ' '
  if ($said -notmatch 'Apache Maven (\d+\.\d+\.\d+)' -or [version]$Matches[1] -lt $MavenMin) {
    Fail "Maven cannot be downloaded from $url, and that on PATH is older than $MavenMin"
  }
  Say "Maven cannot be downloaded from $url; using Maven $($Matches[1]) on PATH"
  return $found.Source
}

function Save-Download($file) {
  # Windows PowerShell does not offer TLS 1.2 everywhere by itself.
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072
  try {
    Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file -TimeoutSec 60
    return $true
  } catch {
    return $false
  }
}

function Get-Sha512($file) {
  $stream = [IO.File]::OpenRead($file)
  try {
    $digest = [Security.Cryptography.SHA512]::Create().ComputeHash($stream)
    return [BitConverter]::ToString($digest).Replace('-', '').ToLower()
  } finally {
    $stream.Dispose()
  }
}

# Unpacks beside its final place and moves there in one step: an interrupted run leaves nothing that looks complete.
# Returns whether there is a Maven then; whatever is wrong after the download is an error.
function Install-Maven {
  $work = Join-Path $dists ('.download-' + [guid]::NewGuid())
  New-Item -ItemType Directory -Path "$work\unpacked" | Out-Null
  try {
    if (-not (Save-Download "$work\archive")) {
      return $false
    }
    $actual = Get-Sha512 "$work\archive"
    if ($actual -ne $sum) {
      Fail "the download of $url has the SHA-512 $actual instead of $sum"
    }
    & "$env:SystemRoot\System32\tar.exe" -xzf "$work\archive" -C "$work\unpacked" --strip-components=1
    if ($LASTEXITCODE -ne 0) {
      Fail "the download of $url cannot be unpacked"
    }
    # Another run may have been faster; its copy is as good.
    if (-not (Test-Path -LiteralPath $mavenHome)) {
      Move-Item -LiteralPath "$work\unpacked" -Destination $mavenHome
    }
    return $true
  } finally {
    Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue
  }
}

try {
  $env:JAVA_HOME = Find-Jdk
  $url = Get-Property 'distributionUrl'
  $sum = Get-Property 'distributionSha512Sum'
  $name = $url.Substring($url.LastIndexOf('/') + 1) -replace '-bin\.tar\.gz$'
  if ($env:MVNW_REPOURL) {
    $version = $name -replace '^apache-maven-'
    $url = $env:MVNW_REPOURL.TrimEnd('/') + "/org/apache/maven/apache-maven/$version/$name-bin.tar.gz"
  }
  $userHome = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { "$env:USERPROFILE\.m2" }
  $dists = "$userHome\wrapper\dists\$name"
  # Under its checksum: a changed property is another Maven.
  $mavenHome = "$dists\$($sum.Substring(0, 16))"
  $maven = "$mavenHome\bin\mvn.cmd"
  if (-not (Test-Path -LiteralPath $maven) -and -not (Install-Maven)) {
    $maven = Get-MavenOnPath
  }
  "JAVA_HOME=$env:JAVA_HOME"
  "MVNW_MAVEN=$maven"
} catch {
  Fail $_.Exception.Message
}
