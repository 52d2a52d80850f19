using System.Diagnostics;
using System.Globalization;
using OrleansTasks.Chaos.Machines;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>What is put into a program's sight.</summary>
/// <param name="From">A folder or a file of this machine.</param>
/// <param name="To">Where the program sees it.</param>
/// <param name="Writable">Whether it may write there.</param>
internal sealed record Mounted(string From, string To, bool Writable = false);

/// <summary>
/// A program as it has it in a container, made with namespaces alone: it has an address of its own, is process 1, is not root, and has no capabilities.
/// It sees the system's programs and what is mounted, all of it read-only, and an empty <c>/tmp</c>.
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
        exec chroot . setpriv --pdeathsig KILL --reuid 1654 --regid 1654 --clear-groups --no-new-privs --bounding-set -all --inh-caps -all env -C /app "$@"
        """;

    private readonly string _root;
    private readonly ProgramProcess _process;

    private Confined(string root, ProgramProcess process) => (_root, _process) = (root, process);

    /// <summary>Why there can be none; null if there can.</summary>
    public static string? Missing => Network.Missing is { } none ? $"Programs cannot be confined: {none}"
        : new[] { "unshare", "setpriv", "chroot" }.FirstOrDefault(static p => Programs.Find(p) is null) is { } missing ? $"'{missing}' is not installed (Debian and Ubuntu: util-linux, coreutils)."
        : null;

    /// <summary>All that it wrote.</summary>
    public string Output => _process.Output;

    /// <summary>Starts a program.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="machine">The name of the network namespace that it is in.</param>
    /// <param name="mounts">What it sees besides; one of them as <c>/app</c>, where it starts.</param>
    /// <param name="environment">Its environment; it gets no other.</param>
    /// <param name="command">The program and its arguments.</param>
    public static Confined Start(string name, string machine, IEnumerable<Mounted> mounts, IReadOnlyDictionary<string, string> environment, IEnumerable<string> command)
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

    /// <summary>Ends when it has written a text.</summary>
    public Task WritesAsync(string text) => _process.WritesAsync(text);

    /// <summary>What the system says of the process: its user, its capabilities.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatusAsync() =>
        (await File.ReadAllLinesAsync($"/proc/{await InnerAsync()}/status")).Select(static l => l.Split(':', 2)).ToDictionary(static l => l[0], static l => l[1].Trim());

    /// <summary>Asks it to stop, as whatever runs containers does; its exit code.</summary>
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

    /// <summary>The program's own process: the one that was started only waits for it.</summary>
    private async Task<int> InnerAsync() => int.Parse(await Programs.RunAsync("ps", "--ppid", _process.Id.ToString(CultureInfo.InvariantCulture), "-o", "pid="), CultureInfo.InvariantCulture);
}
