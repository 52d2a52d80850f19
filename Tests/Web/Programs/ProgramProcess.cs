using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OrleansTasks.Tests.Web;

/// <summary>One of the programs, built and running as its own process.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _waits = [];

    private ProgramProcess(string name, string[] arguments)
    {
        Name = name;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [PathOf(name), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, e) => OnLine(e.Data);
        _process.ErrorDataReceived += (_, e) => OnLine(e.Data);
    }

    public string Name { get; }

    /// <summary>Everything that it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return $"--- {Name} ---\n{_output}";
            }
        }
    }

    public static ProgramProcess Start(string name, params string[] arguments) => Started(new ProgramProcess(name, arguments));

    /// <summary>The same on a machine in another time zone.</summary>
    public static ProgramProcess StartIn(string timeZone, string name, params string[] arguments)
    {
        var program = new ProgramProcess(name, arguments);
        program._process.StartInfo.Environment["TZ"] = timeZone;
        return Started(program);
    }

    private static ProgramProcess Started(ProgramProcess program)
    {
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Ends when it has written a text.</summary>
    public async Task WritesAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            _waits.Add((text, seen));
            CheckWaits();
        }

        var ended = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        try
        {
            await Task.WhenAny(seen.Task, ended).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
        }

        Assert.True(seen.Task.IsCompleted, $"{Name} did not write '{text}'.\n{Output}");
    }

    public async Task<int> EndsAsync()
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{Name} did not end.\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).Dispose();

    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>The program's own output directory, which lies beside that of these tests.</summary>
    private static string PathOf(string name)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = here;
        while (!File.Exists(Path.Combine(root.FullName, "OrleansTasks.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException($"OrleansTasks.sln is in no directory above {here}.");
        }

        return Path.Combine(root.FullName, name, "bin", here.Parent!.Name, here.Name, $"OrleansTasks.{Path.GetFileName(name)}.dll");
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            CheckWaits();
        }
    }

    private void CheckWaits()
    {
        var text = _output.ToString();
        _waits.RemoveAll(w => text.Contains(w.Text, StringComparison.Ordinal) && w.Seen.TrySetResult());
    }
}
