using System.Diagnostics;
using System.Globalization;
using OrleansTasks.Chaos.Machines;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Represents a mount that makes a folder or file visible to a program.</summary>
/// <param name="From">The folder or file of this machine.</param>
/// <param name="To">The path at which the program sees it.</param>
/// <param name="Writable">Whether the program may write there.</param>
internal sealed record Mounted(string From, string To, bool Writable = false);

/// <summary>
/// Runs a program as in a container, by means of namespaces only. The program has its own address, is process 1, is not root, and has no
/// capabilities. It sees the system's programs and its mounts, which are read-only unless they say otherwise, and an empty <c>/tmp</c>.
/// </summary>
internal sealed class Confined : IAsyncDisposable
{
    // 1654 is the user of .NET's images (APP_UID).
    private const string Script = """
        set -e
        root=$1
        shift
        dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
        mount -t tmpfs -o mode=755 none "$root"
        cd "$root"
        mkdir -p tmp proc dev usr etc home/app
        chown 1654:1654 home/app
        for folder in bin sbin lib lib64; do
          if [ -L /$folder ]; then cp -P /$folder .; elif [ -d /$folder ]; then mkdir $folder; mount --bind -o ro /$folder $folder; fi
        done
        mount --bind -o ro /usr usr
        mount --bind -o ro /etc etc
        if [ ! -d ".$dotnet" ]; then mkdir -p ".$dotnet"; mount --bind -o ro "$dotnet" ".$dotnet"; fi
        while [ "$1" != -- ]; do
          if [ ! -e ".$2" ]; then mkdir -p ".$2"; fi
          mount --bind -o "$3" "$1" ".$2"
          shift 3
        done
        shift
        mount -t tmpfs -o mode=1777 none tmp
        mount -t proc none proc
        for device in null zero random urandom; do touch dev/$device; mount --bind /dev/$device dev/$device; done
        mount -o remount,ro "$root"
        export HOME=/home/app PATH="$dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        exec chroot . setpriv --pdeathsig KILL --reuid 1654 --regid 1654 --clear-groups --no-new-privs --bounding-set -all --inh-caps -all \
          env -C /app "$@"
        """;

    private readonly string _root;
    private readonly ProgramProcess _process;

    private Confined(string root, ProgramProcess process) => (_root, _process) = (root, process);

    /// <summary>Gets the reason why programs cannot be confined here. Null if they can.</summary>
    public static string? Missing => Network.Missing is { } none ? $"Programs cannot be confined: {none}"
        : new[] { "unshare", "setpriv", "chroot" }.FirstOrDefault(static p => Programs.Find(p) is null) is { } missing
        ? $"'{missing}' is not installed (Debian and Ubuntu: util-linux, coreutils)."
        : null;

    /// <summary>Gets the whole output of the program.</summary>
    public string Output => _process.Output;

    /// <summary>Starts a program.</summary>
    /// <param name="name">The name of the program in messages.</param>
    /// <param name="machine">The name of its network namespace.</param>
    /// <param name="mounts">What it sees besides the system. One mount must be <c>/app</c>, the folder in which it starts.</param>
    /// <param name="environment">Its whole environment.</param>
    /// <param name="command">The program and its arguments.</param>
    public static Confined Start(string name, string machine, IEnumerable<Mounted> mounts, IReadOnlyDictionary<string, string> environment,
        IEnumerable<string> command)
    {
        var root = Directory.CreateTempSubdirectory("ot-confined-").FullName;
        var start = new ProcessStartInfo(
            Programs.Find("ip")!,
            [
                "netns", "exec", machine, "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", Script, "sh", root,
                .. mounts.SelectMany(static m => new[] { m.From, m.To, m.Writable ? "rw" : "ro" }), "--", .. command,
            ]);
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return new Confined(root, ProgramProcess.Start(name, start));
    }

    /// <summary>Waits until the program has written the text.</summary>
    public Task WritesAsync(string text) => _process.WritesAsync(text);

    /// <summary>Returns what the system knows about the process, such as its user and capabilities.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatusAsync() =>
        (await File.ReadAllLinesAsync($"/proc/{await InnerAsync()}/status")).Select(static l => l.Split(':', 2))
            .ToDictionary(static l => l[0], static l => l[1].Trim());

    /// <summary>Asks the program to stop, as a container runtime does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await Programs.SignalAsync(await InnerAsync(), "TERM");
        return await _process.EndsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_root);
    }

    /// <summary>Returns the id of the program's own process. The process that was started only waits for it.</summary>
    private async Task<int> InnerAsync() =>
        int.Parse(await Programs.RunAsync("ps", "--ppid", _process.Id.ToString(CultureInfo.InvariantCulture), "-o", "pid="),
            CultureInfo.InvariantCulture);
}
