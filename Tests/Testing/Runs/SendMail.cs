using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Testing.Runs;

public sealed record Mail(string To, string Subject);

public interface IMailer
{
    Task<string> SendAsync(string to, string subject, CancellationToken ct);
}

/// <summary>Represents a typical handler of a user.</summary>
public sealed class SendMail(IMailer mailer, ILogger<SendMail> log, ITaskClient tasks) : ITaskHandler<Mail, string>
{
    public async Task<string> RunAsync(Mail arguments, TaskRunContext run, CancellationToken cancellationToken)
    {
        run.ReportProgress(0.5, "sending");
        var id = await mailer.SendAsync(arguments.To, arguments.Subject, cancellationToken);
        log.LogInformation("Sent to {To} as {Id}", arguments.To, id);
        await tasks.DispatchAsync("check-delivery", [id], new DispatchOptions { Delay = TimeSpan.FromHours(1) }, cancellationToken);
        await run.BroadcastAsync(new { sent = id });
        run.ReportProgress(1);
        return id;
    }
}

/// <summary>Represents a mailer that throws the given number of times before it succeeds.</summary>
internal sealed class FakeMailer(int failures = 0) : IMailer
{
    public List<string> Sent { get; } = [];

    public Task<string> SendAsync(string to, string subject, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Sent.Add(to);
        return Sent.Count > failures ? Task.FromResult($"m{Sent.Count}") : throw new TimeoutException("The mail server does not answer.");
    }
}
