// Sets up the Jenkins of bench/run when it starts for the first time: a user, the registry's credentials, two agents.
import com.cloudbees.plugins.credentials.CredentialsScope
import com.cloudbees.plugins.credentials.SystemCredentialsProvider
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl
import hudson.model.User
import hudson.security.FullControlOnceLoggedInAuthorizationStrategy
import hudson.security.HudsonPrivateSecurityRealm
import hudson.slaves.DumbSlave
import hudson.slaves.JNLPLauncher
import jenkins.model.Jenkins
import jenkins.security.ApiTokenProperty

def jenkins = Jenkins.get()
if (jenkins.getNode('a1')) {
    return
}
def settings = new Properties()
new File(jenkins.rootDir, 'bench.properties').withReader('UTF-8') { settings.load(it) }

def realm = new HudsonPrivateSecurityRealm(false)
realm.createAccount('bench', settings.password)
jenkins.securityRealm = realm
def strategy = new FullControlOnceLoggedInAuthorizationStrategy()
strategy.allowAnonymousRead = false
jenkins.authorizationStrategy = strategy
User.getById('bench', true).getProperty(ApiTokenProperty).addFixedNewToken('bench/run', settings.token)

SystemCredentialsProvider.instance.credentials.add(new UsernamePasswordCredentialsImpl(
    CredentialsScope.GLOBAL, 'push', 'the registry of the rig', settings.registryUsername, settings.registryPassword))
SystemCredentialsProvider.instance.save()

jenkins.numExecutors = 0
['a1', 'a2'].each { name ->
    def agent = new DumbSlave(name, new File(jenkins.rootDir, "../$name").canonicalPath, new JNLPLauncher(true))
    agent.numExecutors = 4
    agent.labelString = 'docker'
    jenkins.addNode(agent)
    new File(jenkins.rootDir, "${name}.secret").text = jenkins.getComputer(name).jnlpMac
}
jenkins.save()
