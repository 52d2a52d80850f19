using System.Diagnostics;
using System.Globalization;
using OrleansTasks.Chaos.Judging;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Chaos.Machines;

/// <summary>Runs a silo or a client as a separate process that can be killed, frozen, stopped and started again.</summary>
internal sealed class ClusterProcess(string name, int machine, IReadOnlyList<string> command, string logPath, StoreProxy? proxy,
    TimeProvider time) : IAsyncDisposable
{
    public const string Ready = "ready";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private readonly List<Notice> _notices = [];
    private Process? _process;

    /// <summary>Gets the number of its machine, if there are machines.</summary>
    public int Machine => machine;

    public StoreProxy? Proxy => proxy;

    /// <summary>Gets what it logged about the storage of partitions.</summary>
    public IReadOnlyList<Notice> Notices
    {
        get
        {
            lock (_gate)
            {
                return [.. _notices];
            }
        }
    }

    /// <summary>Gets the path of the file that says how far its wall clock differs from the real one.</summary>
    public string ClockPath => Path.ChangeExtension(logPath, ".clock");

    /// <summary>Starts it, and returns when it has joined the cluster.</summary>
    public async Task StartAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true }
        };
        process.OutputDataReceived += (_, e) => OnLine(e.Data);
        process.ErrorDataReceived += (_, e) => OnLine(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        var ended = process.WaitForExitAsync();
        await Task.WhenAny(ready.Task, ended).WaitAsync(StartPatience, time);
        if (!ready.Task.IsCompleted)
        {
            throw new InvalidOperationException($"The {name} ended with exit code {process.ExitCode} while it started; see {logPath}.");
        }

        void OnLine(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (_gate)
            {
                File.AppendAllText(logPath, line + "\n");
                if (Notice.Read(line, time.GetUtcNow()) is { } notice)
                {
                    _notices.Add(notice);
                }
            }

            if (line == Ready)
            {
                ready.TrySetResult();
            }
        }
    }

    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public Task SignalAsync(string signal) => Programs.SignalAsync(_process!.Id, signal);

    /// <summary>Waits until it ends by itself, and starts it again.</summary>
    /// <exception cref="InvalidOperationException">It did not end.</exception>
    public async Task RestartWhenEndedAsync()
    {
        try
        {
            await _process!.WaitForExitAsync().WaitAsync(EndPatience, time);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException(
                $"The {name}, process {_process!.Id.ToString(CultureInfo.InvariantCulture)}, was to end and did not; see {logPath}.");
        }

        await RestartIfEndedAsync();
    }

    public async Task RestartIfEndedAsync()
    {
        if (_process is { HasExited: true } ended)
        {
            ended.Dispose();
            await StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }
    }
}
